use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::entries;
use journal::error::Result;

/// List entries, newest date first
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    list: entries::List,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let page = entries::list(&shell.ctx()?, args.list).await?;
    out.result(&page, |page| {
        let rows = page.items.iter().map(|item| {
            let what = item.title.as_deref().unwrap_or(&item.preview);
            [item.id.to_string(), item.entry_date.clone(), item.word_count.to_string(), what.chars().take(70).collect()]
        });
        table(["ID", "DATE", "WORDS", "ENTRY"], rows)
    })?;
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    if shown < page.total {
        out.note(format!("{shown} of {} entries; --limit and --offset show others", page.total));
    }
    Ok(())
}
