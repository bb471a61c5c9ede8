use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::{sync::oneshot, task::JoinHandle};

use super::*;

/// A listener that answers each message with `ACK` and the message.
async fn listening(limits: Limits) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel();
    let answer = |message: Vec<u8>| async move {
        tokio::task::yield_now().await;
        [b"ACK ".as_slice(), &message].concat()
    };
    let until = async move { ended.await.unwrap_or(()) };
    (at, end, tokio::spawn(serve(listener, limits, answer, until)))
}

async fn told(stream: &mut TcpStream, bytes: usize) -> String {
    let mut told = vec![0; bytes];
    stream.read_exact(&mut told).await.unwrap();
    String::from_utf8(told).unwrap()
}

async fn rest(stream: &mut TcpStream) -> usize {
    let mut rest = Vec::new();
    // A connection that is closed while more has come breaks; there is nothing to be read either way.
    stream.read_to_end(&mut rest).await.unwrap_or(0)
}

#[tokio::test]
async fn messages_of_one_connection_are_answered_in_order() {
    let (at, end, done) = listening(Limits::default()).await;
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(b"\0\x0bone\x1c\r\x0btwo\x1c\r\x0bthr").await.unwrap();
    assert_eq!(told(&mut stream, 20).await, "\u{b}ACK one\u{1c}\r\u{b}ACK two\u{1c}\r");
    stream.write_all(b"ee\x1c\r").await.unwrap();
    assert_eq!(told(&mut stream, 12).await, "\u{b}ACK three\u{1c}\r");
    end.send(()).unwrap();
    done.await.unwrap();
    assert_eq!(rest(&mut stream).await, 0);
}

#[tokio::test]
async fn what_has_no_frame_is_too_large_or_one_too_many_is_closed() {
    let limits = Limits { connections: 2, message: 10, ..Limits::default() };
    let (at, _end, _done) = listening(limits).await;
    for sent in [b"MSH|^~\\&|A\r".as_slice(), b"\x0bfar too large a message"] {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(sent).await.unwrap();
        assert_eq!(rest(&mut stream).await, 0);
    }
    let mut open = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(at).await.unwrap();
        // Those of before may still be on their way out.
        stream.write_all(b"\x0bone\x1c\r").await.unwrap();
        assert_eq!(told(&mut stream, 10).await, "\u{b}ACK one\u{1c}\r");
        open.push(stream);
    }
    let mut third = TcpStream::connect(at).await.unwrap();
    assert_eq!(rest(&mut third).await, 0);
    open.pop();
}

#[tokio::test]
async fn who_is_silent_too_long_is_closed() {
    let limits = Limits { idle: Duration::from_millis(50), ..Limits::default() };
    let (at, _end, _done) = listening(limits).await;
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(b"\x0bhalf").await.unwrap();
    assert_eq!(rest(&mut stream).await, 0);
}

#[tokio::test]
async fn what_is_being_taken_in_at_the_end_is_finished_and_acknowledged() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (begun, mut has_begun) = tokio::sync::mpsc::channel(1);
    let (end, ended) = oneshot::channel::<()>();
    let (go, gone) = watch::channel(false);
    let finished = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&finished);
    let answer = move |_| {
        let (begun, mut gone, counted) = (begun.clone(), gone.clone(), Arc::clone(&counted));
        async move {
            begun.send(()).await.unwrap();
            gone.wait_for(|go| *go).await.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            b"ACK".to_vec()
        }
    };
    let done =
        tokio::spawn(serve(listener, Limits::default(), answer, async move { ended.await.unwrap_or(()) }));
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(b"\x0bone\x1c\r\x0btwo\x1c\r").await.unwrap();
    has_begun.recv().await.unwrap();
    end.send(()).unwrap();
    go.send(true).unwrap();
    assert_eq!(told(&mut stream, 6).await, "\u{b}ACK\u{1c}\r");
    done.await.unwrap();
    // The second was not begun: its sender has no answer, and sends it again.
    let answered = 1 + rest(&mut stream).await / 6;
    assert_eq!(answered, finished.load(Ordering::SeqCst));
}
