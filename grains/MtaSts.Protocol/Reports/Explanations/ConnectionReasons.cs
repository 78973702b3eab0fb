namespace MtaSts.Protocol.Reports;

/// <summary>Failures of the connection or of the TLS negotiation.</summary>
internal static class ConnectionReasons
{
    public static IReadOnlyList<Reason> OfTls { get; } =
    [
        new()
        {
            Signs = ["STARTTLS not", "STARTTLS was not", "no STARTTLS", "starttls-not-supported", "starttls-not-offered", "starttls unsupported", "tls not supported", "tls not offered", "doesn't support STARTTLS", "TLS is required, but was not offered", "5.7.321", "4.7.321", "5.7.4", "4.7.4"],
            AtMailHost = new(
                "reason.starttls",
                "The server did not begin TLS: it offered no STARTTLS, or refused it.",
                Fault.MailHost,
                "Switch STARTTLS on at every MX host, and check whether a firewall or filter between you and the sender removes it.",
                [Bounces.PostfixStarttls, Bounces.MicrosoftStarttls]),
        },
        new()
        {
            Under = ResultTypes.StarttlsNotSupported,
            Signs = ["Enhanced code", "421", "450", "451", "454", "500", "501", "502", "503", "504", "530", "538", "550", "554"],
            AtMailHost = new(
                "reason.starttls-refused",
                "The server answered STARTTLS with a refusal, which the sender quotes: a reply that begins with 4 is temporary, one that begins with 5 is permanent.",
                Fault.MailHost,
                "Check the mail server's log at that time: often its certificate or key could not be read. A filter in between may also have sent the reply.",
                []),
        },
        new()
        {
            Signs = ["tls-record-header-error", "first record does not look like a TLS handshake", "wrong version number", "InvalidContentType", "packet length too long"],
            AtMailHost = new(
                "reason.not-tls",
                "The server agreed to begin TLS and then sent something else.",
                Fault.MailHost,
                "Check whether a filter or proxy in front of the MX host answers STARTTLS without supporting it.",
                []),
            AtPolicyHost = new(
                "reason.policy-host-not-tls",
                "The server at the policy host's port 443 does not support TLS.",
                Fault.PolicyHost,
                "Check that the CNAME points to this service and that the name has no A or AAAA record.",
                []) { NextElsewhere = "Check to which server the policy host's A and AAAA records point. It must support HTTPS at port 443." },
        },
        new()
        {
            Signs =
            [
                "protocol version not supported", "unsupported protocol", "no shared cipher", "no cipher suite supported", "handshake failure", "HandshakeFailure", "protocol_version", "alert: ProtocolVersion",
                "sslv3 alert", "no supported versions", "ssl_choose_client_version", "inappropriate fallback", "insufficient security level", "peer is incompatible", "dh key too small",
                "tls remote alert 40", "tls remote alert 70", "tls remote alert 71", "tls local alert 40", "tls local alert 70", "tls local alert 71",
            ],
            AtMailHost = new(
                "reason.version-or-cipher",
                "Sender and server found no TLS version or cipher that both accept.",
                Fault.MailHost,
                "Allow TLS 1.2 and 1.3 with today's cipher suites at the MX host.",
                []),
            AtPolicyHost = new(
                "reason.policy-host-version-or-cipher",
                "The sender and the policy host found no TLS version or cipher that both accept.",
                Fault.PolicyHost,
                "Check that the CNAME points to this service. A sender that supports neither TLS 1.2 nor 1.3 cannot fetch policies.",
                []) { NextElsewhere = "Allow TLS 1.2 and 1.3 with today's cipher suites at the policy host, and configure its name (SNI)." },
        },
        new()
        {
            Signs = ["tls remote alert", "tls local alert", "tls remote error", "tls remote", "received fatal alert", "received corrupt message", "peer misbehaved", "unrecognized name", "tls: internal error", "tls: unexpected message"],
            AtMailHost = new(
                "reason.handshake",
                "The TLS handshake ended in an alert.",
                Fault.Unclear,
                "Check the mail server's log at that time. RFC 8446 §6 lists the numbers of alerts. A \"remote\" alert is from your server, a \"local\" alert from the sender.",
                []),
            AtPolicyHost = new(
                "reason.policy-host-handshake",
                "The TLS handshake with the policy host ended in an alert.",
                Fault.PolicyHost,
                "Check that the CNAME points to this service, and that hosting has been live for more than a few minutes.",
                []) { NextElsewhere = "Check that the policy host's web server has a certificate for mta-sts.<your domain> and knows the name (SNI)." },
        },
    ];

    public static IReadOnlyList<Reason> OfTheNetwork { get; } =
    [
        Same("timeout",
            "There was no answer in time.",
            "A few of these are normal, and caused by the network or the sender. If many senders report this, check that every address (A and AAAA) of the host answers.",
            ["4.4.1, 4.4.2 Connection timed out"],
            "timeout", "timed out", "deadline exceeded", "Client.Timeout"),
        Same("connection",
            "The connection was refused or closed.",
            "Check that every address (A and AAAA) of the host accepts connections. A reset during the handshake may be a filter in between, or a server that is too busy.",
            ["4.4.2 Connection dropped", "4.4.316 Connection refused (Microsoft)"],
            "connection reset", "connection refused", "connection closed", "broken pipe", "unexpected eof", "EOF", "no route to host", "network is unreachable", "connection dropped", "connection failed", "connection failure", "socket error",
            "Could not reach policy host"),
    ];

    private static Reason Same(string word, string means, string next, IReadOnlyList<string> bounces, params string[] signs) => new()
    {
        Signs = signs,
        AtMailHost = new("reason." + word, means, Fault.Unclear, next, bounces),
        AtPolicyHost = new("reason.policy-host-" + word, "At the policy host: " + char.ToLowerInvariant(means[0]) + means[1..], Fault.Unclear, next, []),
    };
}
