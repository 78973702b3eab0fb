namespace MtaSts.Protocol;

/// <summary>How far a connection to an address of an MX host got, in the order of an SMTP session. The order matters: from <see cref="Silent"/> on, a connection was established.</summary>
public enum MxOutcome
{
    /// <summary>The connection was not tried, or was given up, because the time limit of the domain was reached or the service was busy.</summary>
    NotTried,

    /// <summary>The address is not globally routable; no connection was made.</summary>
    PrivateAddress,

    /// <summary>The address did not answer within the time limit.</summary>
    NoAnswer,

    /// <summary>This service has no route to the address, such as an IPv6 address in a network without IPv6.</summary>
    NoRoute,

    /// <summary>The connection was refused, by the MX host or by a firewall on the way.</summary>
    Refused,

    /// <summary>The server accepted the connection, but sent too little or nothing within the time limit.</summary>
    Silent,

    /// <summary>The server closed the connection before it offered STARTTLS.</summary>
    Closed,

    /// <summary>The answers are not SMTP, or are too long.</summary>
    NotSmtp,

    /// <summary>The server refuses this client: its greeting or its answer to EHLO is an error. Detail: the answer.</summary>
    Rejected,

    /// <summary>The server does not offer STARTTLS.</summary>
    NoStarttls,

    /// <summary>The server offers STARTTLS, but refuses the command. Detail: the answer.</summary>
    StarttlsRefused,

    /// <summary>The TLS handshake failed. Detail: the TLS library's reason.</summary>
    TlsFailed,

    /// <summary>
    /// The server supports only versions of TLS before 1.2 (RFC 8461 §7.2). Many such servers report that there is no common cipher instead, which gives <see cref="TlsFailed"/>. Detail: the TLS library's reason.
    /// </summary>
    TlsTooOld,

    /// <summary>The connection is encrypted, with TLS 1.2 or later.</summary>
    Encrypted,
}

/// <summary>Whether this service's network allows outgoing connections to port 25.</summary>
public enum Port25State
{
    /// <summary>No MX host has accepted a connection yet, and too few were probed; or several MX hosts in a row accept none, and one did a short time ago.</summary>
    Unknown,

    /// <summary>An MX host has accepted a connection.</summary>
    Open,

    /// <summary>No MX host accepts a connection; see <see cref="Port25Evidence"/>. Failed connections show nothing about the MX hosts.</summary>
    Blocked,
}
