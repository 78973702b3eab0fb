namespace MtaSts.Protocol.Reports;

/// <summary>One element of <c>failure-details</c> (RFC 8460 §4.4). Only the result type is always present; empty texts are null.</summary>
public sealed record FailureDetail
{
    /// <summary><c>result-type</c> as written; see <see cref="ResultTypes"/> for the known ones. The registry may grow (§6.6), so unknown ones are kept.</summary>
    public required string ResultType { get; init; }

    /// <summary><c>sending-mta-ip</c>: text of an address, not verified to be one.</summary>
    public string? SendingMtaIp { get; init; }

    /// <summary><c>receiving-mx-hostname</c> as written.</summary>
    public string? ReceivingMxHostname { get; init; }

    /// <summary><c>receiving-mx-helo</c>: the name the receiving host gave in its greeting.</summary>
    public string? ReceivingMxHelo { get; init; }

    /// <summary><c>receiving-ip</c>: text of an address, not verified to be one.</summary>
    public string? ReceivingIp { get; init; }

    /// <summary><c>failed-session-count</c>, 0 … <see cref="SessionCount.Maximum"/>.</summary>
    public long FailedSessions { get; init; }

    /// <summary><c>additional-information</c>, meant to be a URI. Never follow it: the reporter chose it.</summary>
    public string? AdditionalInformation { get; init; }

    /// <summary><c>failure-reason-code</c>: a code or a sentence.</summary>
    public string? FailureReasonCode { get; init; }
}
