//! Bodies that are held in memory whole: the large ones wait until there is room for them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::HeaderMap;
use http::header;
use http_body_util::BodyExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::extract::broken;
use crate::mcp::MAX_BODY;

/// Bytes that need no room of their own.
const SMALL: usize = 1024 * 1024;
/// Bytes of large bodies at once: two of the largest.
const ROOM: usize = 2 * MAX_BODY;
/// Bytes that room is counted in, rounded up.
const UNIT: usize = 1024;
/// How long a body waits for room.
const PATIENCE: Duration = Duration::from_secs(30);

/// The memory that large bodies share.
pub(crate) struct Room(Arc<Semaphore>);

/// A body's part of it, given back when the last clone is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    _taken: Arc<OwnedSemaphorePermit>,
}

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(ROOM.div_ceil(UNIT))))
    }
}

impl Room {
    /// Reads a whole body; the pipeline has put the cap on it. The place is kept for as long as the body is.
    ///
    /// # Errors
    /// `Limited` with 503 when there is no room for long; what goes wrong with the body.
    pub(crate) async fn read(&self, headers: &HeaderMap, mut body: Body) -> Result<(Vec<u8>, Option<Place>)> {
        let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let announced: usize = length.unwrap_or(0);
        let mut place = if announced > SMALL { Some(self.take(announced).await?) } else { None };
        let mut read = Vec::with_capacity(announced.min(MAX_BODY));
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
            if place.is_none() && read.len() + data.len() > SMALL {
                place = Some(self.take(MAX_BODY).await?);
            }
            read.extend_from_slice(&data);
        }
        Ok((read, place))
    }

    async fn take(&self, bytes: usize) -> Result<Place> {
        let units = u32::try_from(bytes.min(MAX_BODY).div_ceil(UNIT)).unwrap_or(u32::MAX);
        let taken = tokio::time::timeout(PATIENCE, self.0.clone().acquire_many_owned(units)).await;
        let taken = taken.map_err(|_| {
            Error::new(Kind::Limited, "the server has too many large messages to read at once")
                .with_status(503)
                .retry_after(5)
                .hint("send it again in a moment")
        })?;
        Ok(Place { _taken: Arc::new(taken.expect("the semaphore is never closed")) })
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    fn of(bytes: usize) -> (HeaderMap, Body) {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_LENGTH, bytes.into());
        (headers, Body::from(vec![b'a'; bytes]))
    }

    #[tokio::test(start_paused = true)]
    async fn large_bodies_wait_for_room_and_small_ones_do_not() {
        let room = Room::default();
        let (headers, large) = of(MAX_BODY - 1);
        let (first, held) = room.read(&headers, large).await.unwrap();
        let second = room.take(MAX_BODY).await.unwrap();
        let (few, small) = of(SMALL);

        assert_eq!(first.len(), MAX_BODY - 1);
        assert!(room.read(&few, small).await.unwrap().1.is_none());
        let begun = Instant::now();
        let (headers, large) = of(SMALL + UNIT);
        let refused = room.read(&headers, large).await.unwrap_err();
        assert_eq!((refused.status(), refused.retry_seconds()), (503, Some(5)));
        assert_eq!(begun.elapsed(), PATIENCE);
        drop(held);
        let unannounced = room.read(&HeaderMap::new(), Body::from(vec![b'a'; SMALL + 1])).await.unwrap();
        assert!(unannounced.1.is_some(), "what does not say how long it is counts as the largest");
        drop(second);
    }
}
