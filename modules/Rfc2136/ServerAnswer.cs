using ARSoft.Tools.Net.Dns;

namespace MtaSts.Modules.Rfc2136;

/// <summary>What a server said to a query or an update. A closed set.</summary>
internal abstract record ServerAnswer
{
    private ServerAnswer() { }

    /// <summary>An update was carried out, or a query was answered; <paramref name="Records"/> are of the type asked for.</summary>
    public sealed record Ok(IReadOnlyList<DnsRecordBase> Records) : ServerAnswer;

    /// <param name="Code">The answer's code (RFC 2136 §2.2).</param>
    /// <param name="Tsig">The error in the answer's TSIG (RFC 8945 §4.3); <see cref="ReturnCode.NoError"/> where there is none.</param>
    public sealed record Refused(string Server, ReturnCode Code, ReturnCode Tsig) : ServerAnswer;

    /// <summary>No usable answer from any server: whether an update was carried out is unknown.</summary>
    public sealed record None(string Servers, string Reason) : ServerAnswer;
}
