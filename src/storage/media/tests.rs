use super::*;

fn store() -> (tempfile::TempDir, MediaStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = MediaStore::new(folder.path().to_owned(), MediaIdentity::draw());
    (folder, store)
}

fn put(store: &MediaStore, id: Uuid, content: &[u8]) -> SealedFile {
    let intake = store.begin_upload(Uuid::from_u128(1 << 64)).unwrap();
    let mut sealing = intake.begin_file(id).unwrap();
    content.chunks(1000).for_each(|piece| sealing.write(piece).unwrap());
    let sealed = sealing.finish().unwrap();
    intake.publish().unwrap().keep();
    sealed
}

fn got(store: &MediaStore, id: Uuid) -> Result<Vec<u8>> {
    let mut back = Vec::new();
    store.reader(id)?.read_to_end(&mut back).map_err(read_error)?;
    Ok(back)
}

fn names(folder: &tempfile::TempDir) -> Vec<String> {
    let items = std::fs::read_dir(folder.path()).unwrap();
    items.map(|item| item.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn original_round_trips_and_is_sealed_on_disk() {
    let (folder, store) = store();
    let (id, picture) = (Uuid::from_u128(7), b"the quick brown photograph".repeat(10_000));

    let sealed = put(&store, id, &picture);

    assert_eq!(got(&store, id).unwrap(), picture);
    assert_eq!(sealed.plain_bytes, picture.len() as u64);
    assert!(store.is_intact(id, &sealed.hash));
    assert_eq!(names(&folder), [format!("{id}.age")]);
    let on_disk = std::fs::read(original_path(folder.path(), id)).unwrap();
    assert!(!on_disk.windows(9).any(|window| window == b"brown pho"));
}

#[test]
fn swapped_originals_are_both_refused() {
    let (folder, store) = store();
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let sealed = put(&store, one, b"one");
    put(&store, two, b"two");
    let path = |id: Uuid| original_path(folder.path(), id);

    std::fs::rename(path(one), folder.path().join("aside")).unwrap();
    std::fs::rename(path(two), path(one)).unwrap();
    std::fs::rename(folder.path().join("aside"), path(two)).unwrap();

    assert!(got(&store, one).is_err() && got(&store, two).is_err());
    assert!(!store.is_intact(one, &sealed.hash));
}

#[test]
fn aborted_upload_leaves_no_file() {
    let (folder, store) = store();
    let intake = store.begin_upload(Uuid::from_u128(9)).unwrap();
    intake.begin_file(Uuid::from_u128(3)).unwrap().write(b"half a photograph").unwrap();
    intake.begin_file(Uuid::from_u128(4)).unwrap().finish().unwrap();

    drop(intake);

    assert_eq!(names(&folder), [""; 0]);
    remove_originals(folder.path(), &[Uuid::from_u128(3)]).unwrap();
}

#[test]
fn uncommitted_files_are_removed_on_drop() {
    let (folder, store) = store();
    let intake = store.begin_upload(Uuid::from_u128(9)).unwrap();
    intake.begin_file(Uuid::from_u128(3)).unwrap().finish().unwrap();

    drop(intake.publish().unwrap());
    drop(intake);

    assert_eq!(names(&folder), [""; 0]);
}

#[test]
fn sweep_removes_strays_and_spares_an_upload_in_progress() {
    let (folder, store) = store();
    let (known, forgotten, coming) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
    put(&store, known, b"known");
    put(&store, forgotten, b"forgotten");
    std::fs::write(folder.path().join(format!(".{}.{coming}.new", Uuid::from_u128(8))), "of a process that died")
        .unwrap();
    let intake = store.begin_upload(Uuid::from_u128(9)).unwrap();
    let mut sealing = intake.begin_file(coming).unwrap();
    sealing.write(b"the first half").unwrap();

    let swept = remove_strays(folder.path(), || Ok(HashSet::from([known]))).unwrap();
    sealing.write(b", and the second").unwrap();
    sealing.finish().unwrap();
    let placed = intake.publish().unwrap();
    let meanwhile = remove_strays(folder.path(), || unreachable!("an upload is being committed")).unwrap();
    placed.keep();
    drop(intake);

    assert_eq!((swept, meanwhile), (Some(2), None));
    assert_eq!(got(&store, coming).unwrap(), b"the first half, and the second");
    assert_eq!(remove_strays(folder.path(), || Ok(HashSet::from([known, coming]))).unwrap(), Some(0));
    assert_eq!(names(&folder).len(), 2);
}
