//! The socket: connections come in, with TLS or without; each is served by HTTP/1.1 or 2 until it or the server ends.

use std::fs;
use std::future::{Future, pending};
use std::net::{SocketAddr, TcpListener as StdListener};
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use axum::{Extension, Router};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::app::{App, router};
use crate::cases::attend;
use crate::error::ServerError;
use crate::identity::Peer;
use crate::trace::Spans;
use crate::watch::{Looked, Watch};
use crate::yente::Update;

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
    watch: Option<Watched>,
    update: Option<Update>,
}

/// What is looked at from time to time, and when somebody asks for it.
type Watched = Arc<Mutex<Watch>>;

fn look(watch: &Mutex<Watch>, app: &App) -> Looked {
    // A look that panicked left a file as seen, and no more.
    watch.lock().unwrap_or_else(PoisonError::into_inner).look(app)
}

impl Server {
    /// Takes an address. One that other machines reach is refused where nobody can be known, and where neither the server nor a proxy
    /// before it speaks TLS.
    pub fn bind(address: SocketAddr, app: App, tls: Option<Tls>, watch: Option<Watch>) -> Result<Self, ServerError> {
        if !address.ip().is_loopback() {
            if !app.auth().is_kept() {
                return Err(ServerError::Open(address));
            }
            if tls.is_none() && !app.auth().known.behind_proxy {
                return Err(ServerError::Clear(address));
            }
        }
        let failed = |reason| ServerError::Listen { address, reason };
        let listener = StdListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let watch = watch.map(|watch| Arc::new(Mutex::new(watch)));
        Ok(Self { listener, address, tls, app, watch, update: None })
    }

    /// Lets who knows the token have the folder of snapshots looked at, at once, by `POST /updatez`. Without a folder there is nothing to
    /// look at, and every token is refused.
    #[must_use]
    pub fn updated_by(mut self, token: &str) -> Self {
        let Some(watch) = self.watch.clone() else { return self };
        let app = self.app.clone();
        self.update = Some(Update::new(token, move || match look(&watch, &app).refused {
            refused if refused.is_empty() => Ok(()),
            refused => Err(format!("refused: {}", refused.join(", "))),
        }));
        self
    }

    /// The address, with the port that was given.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `end` comes; then running requests end, for as long as the options say.
    pub async fn run(self, end: impl Future<Output = ()>) -> Result<(), ServerError> {
        let Self { listener, address, tls, app, watch, update } = self;
        let listener = TcpListener::from_std(listener).map_err(|reason| ServerError::Listen { address, reason })?;
        let options = app.options().clone();
        let mut routes = router(app.clone());
        if let Some(update) = update {
            routes = routes.layer(Extension(update));
        }
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(options.connections));
        let watching = tokio::spawn(look_from_time_to_time(app.clone(), watch, options.watch));
        let attending = tokio::spawn(attend(app.clone()));
        let acceptor = tls.map(|tls| TlsAcceptor::from(tls.0));
        tracing::info!(%address, tls = acceptor.is_some(), known = !app.auth().is_open(), "listening");
        let mut end = std::pin::pin!(async {
            end.await;
            app.drain();
            tokio::time::sleep(options.linger).await;
        });
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
            let (stream, peer) = match accepted {
                Ok((stream, peer)) => (stream, Peer(peer)),
                Err(error) => {
                    // Out of files, most often: others end meanwhile.
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let _ = stream.set_nodelay(true);
            let (routes, watcher, acceptor, wait) = (routes.clone(), graceful.watcher(), acceptor.clone(), options.head_time);
            let stream = Taken { stream, most: options.body_time, stuck: None };
            tokio::spawn(async move {
                match acceptor {
                    None => connection(stream, peer, routes, watcher, wait, permit).await,
                    Some(acceptor) => match tokio::time::timeout(wait, acceptor.accept(stream)).await {
                        Ok(Ok(stream)) => connection(stream, peer, routes, watcher, wait, permit).await,
                        Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
                        Err(_) => tracing::debug!("no TLS in time"),
                    },
                }
            });
        }
        drop(listener);
        watching.abort();
        attending.abort();
        tracing::info!(connections = graceful.count(), "ending");
        if tokio::time::timeout(options.grace, graceful.shutdown()).await.is_err() {
            tracing::warn!("connections were cut off: their requests did not end in time");
        }
        if let Some(recorder) = app.recorder() {
            recorder.flush();
        }
        if app.spans().is_some() {
            let ended = app.clone();
            let _ = tokio::task::spawn_blocking(move || ended.spans().map(Spans::end)).await;
        }
        Ok(())
    }
}

/// A connection whose client takes what it is sent: one that has taken nothing for so long is given up, which neither HTTP nor TCP do.
struct Taken<S> {
    stream: S,
    most: Duration,
    /// Set while a write waits.
    stuck: Option<Pin<Box<Sleep>>>,
}

impl<S> Taken<S> {
    fn checked<T>(&mut self, context: &mut Context<'_>, written: Poll<std::io::Result<T>>) -> Poll<std::io::Result<T>> {
        if written.is_ready() {
            self.stuck = None;
            return written;
        }
        let most = self.most;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(tokio::time::sleep(most)));
        stuck.as_mut().poll(context).map(|()| Err(std::io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Taken<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Taken<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.checked(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.checked(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.checked(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        self.checked(context, shut)
    }
}

async fn connection<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    peer: Peer,
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
    let service = service_fn(move |mut request: Request<Incoming>| {
        said.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(peer);
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

/// Looks at the folder of snapshots and the files of keys and users, beside the requests.
async fn look_from_time_to_time(app: App, watch: Option<Watched>, every: Duration) {
    if every.is_zero() {
        return;
    }
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        app.meter().tidy();
        let (looked, watch) = (app.clone(), watch.clone());
        let looking = tokio::task::spawn_blocking(move || {
            if let Some(recorder) = looked.recorder() {
                recorder.flush();
            }
            looked.auth().look();
            if let Some(watch) = watch {
                look(&watch, &looked);
            }
        });
        if let Err(error) = looking.await {
            tracing::error!(%error, "a look for snapshots did not end");
        }
    }
}
