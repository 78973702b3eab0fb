using ARSoft.Tools.Net.Dns;

namespace MtaSts.Modules.Rfc2136;

/// <summary>A server's answer to a query or an update. A closed set.</summary>
internal abstract record ServerAnswer
{
    private ServerAnswer() { }

    /// <summary>An update was applied, or a query was answered, also with NXDOMAIN. <paramref name="Records"/> are those of the requested name and type; empty for an update or if there are none.</summary>
    public sealed record Ok(IReadOnlyList<DnsRecordBase> Records) : ServerAnswer;

    /// <summary>The server answered with an error, or answered a query without authority.</summary>
    /// <param name="Code">The answer's RCODE (RFC 2136 §2.2); NotAuth for an answer without authority.</param>
    /// <param name="Tsig">The error in the answer's TSIG (RFC 8945 §4.2); <see cref="ReturnCode.NoError"/> without one.</param>
    public sealed record Failed(string Server, ReturnCode Code, ReturnCode Tsig) : ServerAnswer;

    /// <summary>No usable answer from any server: whether an update was applied is unknown.</summary>
    public sealed record NoAnswer(string Servers, string Reason) : ServerAnswer;
}
