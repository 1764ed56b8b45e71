//! The socket: connections come in, with TLS or without; each is served by HTTP/1.1 or 2 until it or the server ends.

use std::fs;
use std::future::{Future, pending};
use std::net::{SocketAddr, TcpListener as StdListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::app::{App, router};
use crate::cases::attend;
use crate::error::ServerError;
use crate::watch::Watch;

/// Bytes of the head of a request.
const MAX_HEAD: usize = 32 << 10;
/// Requests at a time on one connection of HTTP/2.
const MAX_STREAMS: u32 = 64;

/// A certificate with its key.
#[derive(Clone)]
pub struct Tls(Arc<ServerConfig>);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads a chain of certificates and its private key, both in PEM.
    pub fn read(certificates: &Path, key: &Path) -> Result<Self, ServerError> {
        let refused = |path: &Path, reason: String| ServerError::Tls { file: path.display().to_string(), reason };
        let chain = fs::read(certificates).map_err(|error| refused(certificates, error.to_string()))?;
        let chain = CertificateDer::pem_slice_iter(&chain).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|error| refused(certificates, error.to_string()))?;
        let secret = fs::read(key).map_err(|error| refused(key, error.to_string()))?;
        let secret = PrivateKeyDer::from_pem_slice(&secret).map_err(|error| refused(key, error.to_string()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| ServerError::Setup(error.to_string()))?
            .with_no_client_auth()
            .with_single_cert(chain, secret);
        let mut config = config.map_err(|error| refused(certificates, error.to_string()))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }
}

/// A server that has its address, and serves when it is run.
#[derive(Debug)]
pub struct Server {
    listener: StdListener,
    address: SocketAddr,
    tls: Option<Tls>,
    app: App,
    watch: Option<Watch>,
}

impl Server {
    /// Takes an address. One that other machines reach is refused without a key that is in force.
    pub fn bind(address: SocketAddr, app: App, tls: Option<Tls>, watch: Option<Watch>) -> Result<Self, ServerError> {
        let keyed = app.keys().is_some_and(|keys| !keys.is_empty(Timestamp::now()));
        if !address.ip().is_loopback() && !keyed {
            return Err(ServerError::Open(address));
        }
        let failed = |reason| ServerError::Listen { address, reason };
        let listener = StdListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address, tls, app, watch })
    }

    /// The address, with the port that was given.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `end` comes; then running requests end, for as long as the options say.
    pub async fn run(self, end: impl Future<Output = ()>) -> Result<(), ServerError> {
        let Self { listener, address, tls, app, watch } = self;
        let listener = TcpListener::from_std(listener).map_err(|reason| ServerError::Listen { address, reason })?;
        let options = app.options().clone();
        let routes = router(app.clone());
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(options.connections));
        let watching = tokio::spawn(look_from_time_to_time(app.clone(), watch, options.watch));
        let attending = tokio::spawn(attend(app.clone()));
        let acceptor = tls.map(|tls| TlsAcceptor::from(tls.0));
        tracing::info!(%address, tls = acceptor.is_some(), keys = app.keys().is_some(), "listening");
        let mut end = std::pin::pin!(end);
        loop {
            let accept = async {
                // A semaphore that is never closed gives its permits.
                let permit = Arc::clone(&room).acquire_owned().await.ok();
                (listener.accept().await, permit)
            };
            let (accepted, permit) = tokio::select! {
                accepted = accept => accepted,
                () = &mut end => break,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of files, most often: others end meanwhile.
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let _ = stream.set_nodelay(true);
            let (routes, watcher, acceptor, wait) = (routes.clone(), graceful.watcher(), acceptor.clone(), options.head_time);
            tokio::spawn(async move {
                match acceptor {
                    None => connection(stream, routes, watcher, wait, permit).await,
                    Some(acceptor) => match tokio::time::timeout(wait, acceptor.accept(stream)).await {
                        Ok(Ok(stream)) => connection(stream, routes, watcher, wait, permit).await,
                        Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
                        Err(_) => tracing::debug!("no TLS in time"),
                    },
                }
            });
        }
        drop(listener);
        app.drain();
        watching.abort();
        attending.abort();
        tracing::info!(connections = graceful.count(), "ending");
        if tokio::time::timeout(options.grace, graceful.shutdown()).await.is_err() {
            tracing::warn!("connections were cut off: their requests did not end in time");
        }
        Ok(())
    }
}

async fn connection<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    routes: Router,
    watcher: hyper_util::server::graceful::Watcher,
    wait: Duration,
    _permit: Option<OwnedSemaphorePermit>,
) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(wait).max_buf_size(MAX_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEAD as u32)
        .keep_alive_interval(wait)
        .keep_alive_timeout(wait);
    let spoke = Arc::new(AtomicBool::new(false));
    let said = Arc::clone(&spoke);
    let service = service_fn(move |request: Request<Incoming>| {
        said.store(true, Ordering::Relaxed);
        routes.clone().oneshot(request.map(Body::new))
    });
    // Which HTTP it is shows with the first bytes, for which nothing else sets a time.
    let silent = async {
        tokio::time::sleep(wait).await;
        if spoke.load(Ordering::Relaxed) {
            pending::<()>().await;
        }
    };
    let served = watcher.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned());
    tokio::select! {
        done = served => {
            if let Err(error) = done {
                tracing::debug!(error, "a connection ended");
            }
        }
        () = silent => tracing::debug!("a connection said nothing in time"),
    }
}

/// Looks at the folder of snapshots and the file of keys, beside the requests.
async fn look_from_time_to_time(app: App, watch: Option<Watch>, every: Duration) {
    if every.is_zero() {
        return;
    }
    let mut watch = watch;
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        app.meter().tidy();
        let (looked, held) = (app.clone(), watch.take());
        let looking = tokio::task::spawn_blocking(move || {
            if let Some(keys) = looked.keys() {
                match keys.look() {
                    Ok(true) => tracing::info!("keys read again"),
                    Ok(false) => {}
                    Err(error) => tracing::warn!(%error, "keys could not be read again; those before stay"),
                }
            }
            held.map(|mut watch| {
                watch.look(&looked);
                watch
            })
        });
        match looking.await {
            Ok(held) => watch = held,
            Err(error) => {
                tracing::error!(%error, "looking for snapshots ended");
                return;
            }
        }
    }
}
