use std::time::Duration;

use super::testing::{
    AllowingGate, NameServer, PrivateHost, RejectingGate, SiteStep, TestSite, fetcher, redirect, response, rules,
};
use super::*;

fn zone(name: &str, nth: usize) -> Vec<&'static str> {
    match name {
        "site.example." => vec!["127.0.0.2"],
        "rebinding.example." if nth == 0 => vec!["127.0.0.2"],
        "rebinding.example." | "private.example." | "localhost." => vec!["127.0.0.1", "::1"],
        "mixed.example." => vec!["127.0.0.2", "127.0.0.1"],
        "mixed6.example." => vec!["127.0.0.2", "::1"],
        "mapped.example." => vec!["::ffff:127.0.0.1"],
        "nat64.example." => vec!["64:ff9b::7f00:1"],
        "sixtofour.example." => vec!["2002:7f00:1::"],
        "teredo.example." => vec!["2001:0:4136:e378:8000:63bf:80ff:fffe"],
        "unspecified.example." => vec!["0.0.0.0"],
        "metadata.example." => vec!["169.254.169.254"],
        "alias.example." => vec!["localhost."],
        "chain.example." => vec!["alias.example."],
        "public-alias.example." => vec!["site.example."],
        _ => vec![],
    }
}

async fn get(fetcher: &GuardedFetcher, url: &str) -> Result<FetchedContent, String> {
    let address = fetcher.parse_url(url).map_err(|error| error.to_string())?;
    fetcher.get(&address, &AllowingGate::default()).await.map_err(|error| error.to_string())
}

fn private() -> String {
    FetchError::PrivateAddress.to_string()
}

#[tokio::test]
async fn no_spelling_of_a_private_address_is_connected_to() {
    let private_host = PrivateHost::start();
    let port = private_host.port;
    let fetcher = fetcher(rules(&[port], None));

    for host in [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0x7f000001",
        "0x7f.0.0.1",
        "0x7f.1",
        "0x7F.0x0.0x0.0x1",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "127。0。0。1",
        "0",
        "0.0.0.0",
        "0x0",
        "00000000",
        "[::]",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::127.0.0.1]",
        "[2002:7f00:1::]",
        "[2002:7f00:0001::1]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
        "[fe80::1]",
        "[fc00::1]",
        "10.0.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "2852039166",
        "255.255.255.255",
    ] {
        let refused = get(&fetcher, &format!("http://{host}:{port}/")).await.unwrap_err();
        assert_eq!(refused, private(), "{host}");
    }

    assert_eq!(private_host.connection_count(), 0);
}

#[tokio::test]
async fn the_private_test_host_counts_connections() {
    let private_host = PrivateHost::start();
    let careless =
        FetchPolicy { vet: |_| true, total_timeout: Duration::from_millis(200), ..rules(&[private_host.port], None) };

    get(&fetcher(careless), &format!("http://127.0.0.1:{}/", private_host.port)).await.unwrap_err();

    assert_eq!(private_host.connection_count(), 1);
}

#[tokio::test]
async fn credentials_in_a_url_never_hide_its_host() {
    let (private_host, site) = (PrivateHost::start(), TestSite::start(Box::new(|_| response("200 OK", "", b"hello"))));
    let (port, names) = (private_host.port, NameServer::start(zone).await);
    let fetcher = fetcher(rules(&[port, site.port], Some(&names)));
    let credentials = FetchError::CredentialsInUrl.to_string();

    for url in [
        format!("http://site.example@127.0.0.1:{port}/"),
        format!("http://site.example:{port}@127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}@site.example:{}/", site.port),
        format!("http://site.example%2f@127.0.0.1:{port}/"),
        format!("http://:secret@site.example:{}/", site.port),
    ] {
        assert_eq!(get(&fetcher, &url).await.unwrap_err(), credentials, "{url}");
    }
    for url in [
        format!("http://127.0.0.1:{port}#@site.example/"),
        format!("http://127.0.0.1:{port}?@site.example/"),
        format!("http://127.0.0.1:{port}\\@site.example/"),
        format!("http:127.0.0.1:{port}/"),
        format!("http:////127.0.0.1:{port}/"),
        format!("ht\ntp://127.0.\t0.1:{port}/"),
    ] {
        assert_eq!(get(&fetcher, &url).await.unwrap_err(), private(), "{url}");
    }

    assert_eq!((private_host.connection_count(), site.requests().len(), names.total_queries()), (0, 0, 0));
}

#[test]
fn only_http_and_https_on_default_ports_are_fetched() {
    let rules = FetchPolicy::for_users(None);
    let wrong = |text: &str| rules.parse(text).unwrap_err();

    for text in
        ["", "diary", "//site.example", "http://", "https:// /", "http://a b/", "http://[::1", "http://1.2.3.256"]
    {
        assert_eq!(wrong(text), FetchError::InvalidUrl, "{text}");
    }
    for text in
        ["file:///etc/passwd", "gopher://site.example", "ftp://site.example", "data:text/plain,a", "javascript:1"]
    {
        assert_eq!(wrong(text), FetchError::UnsupportedScheme, "{text}");
    }
    for text in
        ["http://site.example:22/", "https://site.example:8443/", "http://site.example:0/", "http://1.1.1.1:6379/"]
    {
        assert_eq!(wrong(text), FetchError::ForbiddenPort, "{text}");
    }
    assert_eq!(wrong(&format!("http://site.example/{}", "a".repeat(9000))), FetchError::InvalidUrl);
    for (text, host) in [
        ("https://Bücher.Example/a?b#c", "xn--bcher-kva.example"),
        ("http://site.example:443/", "site.example"),
        (" https://1.1.1.1/ ", "1.1.1.1"),
        ("https://[2606:4700:4700::1111]/", "[2606:4700:4700::1111]"),
    ] {
        assert_eq!(rules.parse(text).unwrap().host(), host);
    }
    assert_eq!(format!("{:?}", rules.parse("https://site.example/plum?plum").unwrap()), "URL at site.example");
}

#[tokio::test]
async fn a_name_with_one_private_address_is_rejected() {
    let (private_host, names) = (PrivateHost::start(), NameServer::start(zone).await);
    let fetcher = fetcher(rules(&[private_host.port], Some(&names)));

    for name in [
        "private",
        "mixed",
        "mixed6",
        "mapped",
        "nat64",
        "sixtofour",
        "teredo",
        "unspecified",
        "metadata",
        "alias",
        "chain",
    ] {
        let refused = get(&fetcher, &format!("http://{name}.example:{}/", private_host.port)).await.unwrap_err();
        assert_eq!(refused, private(), "{name}");
    }
    for name in ["localhost", "LOCALHOST", "localhost.", "a.localhost"] {
        assert!(get(&fetcher, &format!("http://{name}:{}/", private_host.port)).await.is_err(), "{name}");
    }
    let unknown = get(&fetcher, &format!("http://unknown.example:{}/", private_host.port)).await.unwrap_err();

    assert_eq!(unknown, FetchError::Unresolved.to_string());
    assert_eq!(private_host.connection_count(), 0);
}

#[tokio::test]
async fn dns_rebinding_between_two_lookups_is_rejected() {
    let (private_host, names) = (PrivateHost::start(), NameServer::start(zone).await);
    let port = private_host.port;
    let to = format!("http://rebinding.example:{port}/");
    let site = TestSite::start(Box::new(move |path| match path {
        "/on" => redirect(&to),
        _ => response("200 OK", "", b"hello"),
    }));
    let fetcher = fetcher(rules(&[port, site.port], Some(&names)));

    let once = get(&fetcher, &format!("http://rebinding.example:{}/on", site.port)).await.unwrap_err();
    let again = get(&fetcher, &format!("http://rebinding.example:{port}/")).await.unwrap_err();
    let harmless = get(&fetcher, &format!("http://public-alias.example:{}/", site.port)).await.unwrap();

    assert_eq!((once, again), (private(), private()));
    assert_eq!(names.query_count("rebinding.example"), 3, "each connection resolves once");
    assert_eq!((harmless.body, names.query_count("public-alias.example")), (b"hello".to_vec(), 1));
    assert_eq!(private_host.connection_count(), 0);
}

#[tokio::test]
async fn no_redirect_reaches_a_private_host() {
    let (private_host, names) = (PrivateHost::start(), NameServer::start(zone).await);
    let port = private_host.port;
    let site = TestSite::start(Box::new(move |path| match path.split_once("?to=") {
        Some((_, host)) => redirect(&format!("http://{host}:{port}/")),
        None if path == "/path" => redirect(&format!("//127.0.0.1:{port}/")),
        None if path == "/file" => redirect("file:///etc/passwd"),
        None if path == "/port" => redirect("http://127.0.0.2:22/"),
        None if path == "/nowhere" => response("302 Found", "", b""),
        _ => response("200 OK", "", b"hello"),
    }));
    let fetcher = fetcher(rules(&[port, site.port], Some(&names)));

    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.1",
        "0",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "private.example",
        "mixed.example",
        "alias.example",
        "10.0.0.1",
    ] {
        assert_eq!(get(&fetcher, &site.url(&format!("/?to={host}"))).await.unwrap_err(), private(), "{host}");
    }
    assert_eq!(get(&fetcher, &site.url("/path")).await.unwrap_err(), private());
    for (path, error) in [
        ("/file", FetchError::UnsupportedScheme),
        ("/port", FetchError::ForbiddenPort),
        ("/nowhere", FetchError::InvalidRedirect),
    ] {
        assert_eq!(get(&fetcher, &site.url(path)).await.unwrap_err(), error.to_string(), "{path}");
    }
    let user = get(&fetcher, &site.url("/?to=a:b@127.0.0.2")).await.unwrap_err();

    assert_eq!(user, FetchError::CredentialsInUrl.to_string());
    assert_eq!(private_host.connection_count(), 0);
}

#[tokio::test]
async fn at_most_five_redirects_are_followed_and_loops_end() {
    let site = TestSite::start(Box::new(|path| match path.trim_start_matches('/').parse::<u32>() {
        Ok(0) => response("200 OK", "Content-Type: text/plain; charset=utf-8\r\n", b"there"),
        Ok(left) => redirect(&(left - 1).to_string()),
        Err(_) => redirect("/looping"),
    }));
    let (fetcher, gate) = (fetcher(rules(&[site.port], None)), AllowingGate::default());

    let there = fetcher.get(&fetcher.parse_url(&site.url("/5")).unwrap(), &gate).await.unwrap();
    let too_many_hops = get(&fetcher, &site.url("/6")).await.unwrap_err();
    let looping = get(&fetcher, &site.url("/looping")).await.unwrap_err();

    assert_eq!(there.body, b"there");
    assert_eq!(there.content_type.as_deref(), Some("text/plain; charset=utf-8"));
    assert_eq!(gate.hosts.lock().len(), 6, "every hop requests a permit");
    let last = *gate.reports.lock().last().unwrap();
    assert_eq!(last, ExchangeReport { sent: 0, received: 5, status: Some(200), outcome: ExchangeOutcome::Answered });
    let too_many = FetchError::TooManyRedirects.to_string();
    assert_eq!((too_many_hops, looping), (too_many.clone(), too_many));
    assert_eq!(site.requests().len(), 6 + 6 + 6);
}

#[test]
fn redirects_keep_tls_and_the_slack_token_stays_with_slack() {
    let rules = FetchPolicy::for_users(None);
    let slack = rules.parse("https://files.slack.com/files-pri/T1/a.png").unwrap();

    assert_eq!(rules.redirect_target(&slack, "http://files.slack.com/a"), Err(FetchError::Downgrade));
    assert_eq!(rules.redirect_target(&slack, "//127.0.0.1/a"), Err(FetchError::PrivateAddress));
    assert!(rules.redirect_target(&slack, "/b").unwrap().is_slack_file_host());
    for other in [
        "http://files.slack.com/a",
        "http://files.slack.com:443/a",
        "https://files.slack.com:80/a",
        "https://files.slack.com./a",
        "https://files.slack.com.site.example/a",
        "https://xfiles.slack.com/a",
        "https://slack.com/files.slack.com",
    ] {
        assert!(!rules.parse(other).unwrap().is_slack_file_host(), "{other}");
    }
    assert!(rules.parse("https://FILES.slack.com:443/a").unwrap().is_slack_file_host());
}

#[tokio::test]
async fn no_headers_that_identify_the_user_are_sent() {
    let site = TestSite::start(Box::new(|path| match path {
        "/" => response("302 Found", "Location: /next\r\nSet-Cookie: a=b\r\n", b""),
        _ => response("200 OK", "", b"hello"),
    }));

    get(&fetcher(rules(&[site.port], None)), &site.url("/#plum")).await.unwrap();

    let heard = site.requests();
    assert_eq!(heard.len(), 2);
    for request in heard.iter().map(|request| request.to_ascii_lowercase()) {
        for word in ["cookie", "referer", "authorization", "xoxb", "plum"] {
            assert!(!request.contains(word), "{request}");
        }
        assert!(request.contains(concat!("user-agent: journal/", env!("CARGO_PKG_VERSION"), "\r\n")));
        assert!(request.contains("accept-encoding: identity\r\n"));
    }
}

#[tokio::test]
async fn endless_slow_compressed_or_mislabelled_bodies_fail() {
    let head = |headers: &str| SiteStep::Send(format!("HTTP/1.1 200 OK\r\n{headers}\r\n").into_bytes());
    let site = TestSite::start(Box::new(move |path| match path {
        "/endless" => vec![head(""), SiteStep::SendRepeatedly(vec![b'a'; 1 << 16])],
        "/chunks" => {
            let chunk = [b"10000\r\n".to_vec(), vec![b'a'; 1 << 16], b"\r\n".to_vec()].concat();
            vec![head("Transfer-Encoding: chunked\r\n"), SiteStep::SendRepeatedly(chunk)]
        }
        "/huge" => vec![head("Content-Length: 26214401\r\n"), SiteStep::WaitForClose],
        "/headers" => {
            vec![SiteStep::Send(b"HTTP/1.1 200 OK\r\n".to_vec()), SiteStep::SendRepeatedly(b"A: b\r\n".to_vec())]
        }
        "/silent" => vec![SiteStep::WaitForClose],
        "/slow" => vec![head("Content-Length: 9\r\n"), SiteStep::Send(b"a".to_vec()), SiteStep::WaitForClose],
        "/gzip" => response("200 OK", "Content-Encoding: gzip\r\n", b"\x1f\x8b\x08"),
        "/twice" => response("200 OK", "Content-Encoding: identity\r\nContent-Encoding: br\r\n", b"x"),
        "/packed" => vec![head("Transfer-Encoding: gzip, chunked\r\n"), SiteStep::Send(b"0\r\n\r\n".to_vec())],
        "/short" => vec![head("Content-Length: 9\r\n"), SiteStep::Send(b"short".to_vec())],
        "/cut" => vec![head("Transfer-Encoding: chunked\r\n"), SiteStep::Send(b"5\r\nhello\r\n".to_vec())],
        "/two" => vec![head("Content-Length: 5\r\nContent-Length: 4\r\n"), SiteStep::Send(b"hello".to_vec())],
        "/noise" => vec![SiteStep::Send(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())],
        "/partial" => response("206 Partial Content", "", b"part"),
        "/gone" => response("410 Gone", "", b"plum"),
        "/plain" => response("200 OK", "Content-Encoding: identity\r\n", b"hello"),
        // `/nothing`.
        _ => vec![],
    }));
    let quick = FetchPolicy { total_timeout: Duration::from_millis(400), ..rules(&[site.port], None) };
    let (quick, usual) = (fetcher(quick), fetcher(rules(&[site.port], None)));

    for (path, error) in [
        ("/endless", FetchError::TooLarge),
        ("/chunks", FetchError::TooLarge),
        ("/huge", FetchError::TooLarge),
        ("/headers", FetchError::InvalidResponse),
        ("/gzip", FetchError::UnexpectedEncoding),
        ("/twice", FetchError::UnexpectedEncoding),
        ("/packed", FetchError::UnexpectedEncoding),
        ("/short", FetchError::LengthMismatch),
        ("/cut", FetchError::InvalidResponse),
        ("/two", FetchError::InvalidResponse),
        ("/noise", FetchError::InvalidResponse),
        ("/nothing", FetchError::InvalidResponse),
        ("/partial", FetchError::Status(206)),
        ("/gone", FetchError::Status(410)),
    ] {
        assert_eq!(get(&usual, &site.url(path)).await.unwrap_err(), error.to_string(), "{path}");
    }
    for path in ["/silent", "/slow"] {
        assert_eq!(get(&quick, &site.url(path)).await.unwrap_err(), FetchError::TimedOut.to_string(), "{path}");
    }
    assert_eq!(get(&usual, &site.url("/plain")).await.unwrap().body, b"hello");
}

#[tokio::test]
async fn a_closed_gate_sends_not_even_a_dns_query() {
    let (private_host, names) = (PrivateHost::start(), NameServer::start(zone).await);
    let fetcher = fetcher(rules(&[private_host.port], Some(&names)));
    let address = fetcher.parse_url(&format!("http://site.example:{}/", private_host.port)).unwrap();

    let got = fetcher.get(&address, &RejectingGate).await.unwrap_err();
    let posted = fetcher.post(&address, &[], b"{}".to_vec(), &RejectingGate).await.unwrap_err();

    let disabled = "egress is disabled".to_owned();
    assert_eq!((got.to_string(), posted.to_string()), (disabled.clone(), disabled));
    assert_eq!((private_host.connection_count(), names.total_queries()), (0, 0));
}

#[tokio::test]
async fn deliveries_follow_no_redirect() {
    let private_host = PrivateHost::start();
    let to = format!("http://127.0.0.1:{}/", private_host.port);
    let site =
        TestSite::start(Box::new(move |path| if path == "/on" { redirect(&to) } else { response("200 OK", "", b"") }));
    let fetcher = fetcher(rules(&[site.port, private_host.port], None));
    let (gate, header) = (AllowingGate::default(), [(HeaderName::from_static("x-a"), HeaderValue::from_static("b"))]);
    let post = async |path: &str| {
        let address = fetcher.parse_url(&site.url(path)).unwrap();
        fetcher.post(&address, &header, b"{\"a\":1}".to_vec(), &gate).await
    };

    post("/hook").await.unwrap();
    let moved = post("/on").await.unwrap();

    assert!(site.requests()[0].contains("x-a: b\r\n") && site.requests()[0].ends_with("{\"a\":1}"));
    assert_eq!(moved.status, 302);
    assert_eq!(private_host.connection_count(), 0);
    assert!(gate.reports.lock().iter().all(|ended| ended.sent == 7));
}
