//! Memory budget for request bodies: large ones wait until enough of the budget is free.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, ErrorKind, Result};
use crate::http::body::body_error;
use crate::mcp::MAX_BODY;

/// Maximum body size in bytes that needs no permit.
const UNBUDGETED_BYTES: usize = 1024 * 1024;
/// Total bytes of large bodies in memory: two of the maximum size.
const BUDGET_BYTES: usize = 2 * MAX_BODY;
/// Bytes per semaphore permit, rounded up.
const PERMIT_BYTES: usize = 1024;
/// Timeout for waiting for the budget.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);

/// Memory budget shared by large bodies.
pub(crate) struct BodyBudget(Arc<Semaphore>);

/// Body's share of the budget, released when the last clone is dropped.
#[derive(Debug, Clone)]
pub(crate) struct BudgetPermit {
    _taken: Arc<OwnedSemaphorePermit>,
}

impl Default for BodyBudget {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(BUDGET_BYTES.div_ceil(PERMIT_BYTES))))
    }
}

impl BodyBudget {
    /// Reads a whole body; middleware limits its size. The caller keeps the permit as long as the body.
    ///
    /// # Errors
    /// `Limited` with 503 if the budget stays exhausted; errors of the body.
    pub(crate) async fn read_body(
        &self,
        headers: &HeaderMap,
        mut body: Body,
    ) -> Result<(Vec<u8>, Option<BudgetPermit>)> {
        let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let announced: usize = length.unwrap_or(0);
        let mut place = if announced > UNBUDGETED_BYTES { Some(self.acquire(announced).await?) } else { None };
        let mut read = Vec::with_capacity(announced.min(MAX_BODY));
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(body_error)?.into_data() else { continue };
            if place.is_none() && read.len() + data.len() > UNBUDGETED_BYTES {
                place = Some(self.acquire(MAX_BODY).await?);
            }
            read.extend_from_slice(&data);
        }
        Ok((read, place))
    }

    async fn acquire(&self, bytes: usize) -> Result<BudgetPermit> {
        let units = u32::try_from(bytes.min(MAX_BODY).div_ceil(PERMIT_BYTES)).unwrap_or(u32::MAX);
        let taken = tokio::time::timeout(ACQUIRE_TIMEOUT, self.0.clone().acquire_many_owned(units)).await;
        let taken = taken.map_err(|_| {
            Error::new(ErrorKind::Limited, "too many large requests are in progress")
                .with_status(503)
                .retry_after(5)
                .hint("send the request again in a few seconds")
        })?;
        Ok(BudgetPermit { _taken: Arc::new(taken.expect("the semaphore is never closed")) })
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    fn request_of_size(bytes: usize) -> (HeaderMap, Body) {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_LENGTH, bytes.into());
        (headers, Body::from(vec![b'a'; bytes]))
    }

    #[tokio::test(start_paused = true)]
    async fn large_bodies_wait_for_budget_and_small_ones_do_not() {
        let budget = BodyBudget::default();
        let (headers, large) = request_of_size(MAX_BODY - 1);
        let (first, held) = budget.read_body(&headers, large).await.unwrap();
        let second = budget.acquire(MAX_BODY).await.unwrap();
        let (small_headers, small) = request_of_size(UNBUDGETED_BYTES);

        assert_eq!(first.len(), MAX_BODY - 1);
        assert!(budget.read_body(&small_headers, small).await.unwrap().1.is_none());
        let start = Instant::now();
        let (headers, large) = request_of_size(UNBUDGETED_BYTES + PERMIT_BYTES);
        let refused = budget.read_body(&headers, large).await.unwrap_err();
        assert_eq!((refused.status(), refused.retry_seconds()), (503, Some(5)));
        assert_eq!(start.elapsed(), ACQUIRE_TIMEOUT);
        drop(held);
        let unannounced =
            budget.read_body(&HeaderMap::new(), Body::from(vec![b'a'; UNBUDGETED_BYTES + 1])).await.unwrap();
        assert!(unannounced.1.is_some(), "a body of unknown length counts as the largest");
        drop(second);
    }
}
