namespace MtaSts.Protocol.Reports;

/// <summary>One deviation of a report from RFC 8460, and how it was read.</summary>
/// <param name="Code">One of <see cref="MendCodes"/>; stable, so it may be stored and counted.</param>
/// <param name="Where">Where in the report, such as <c>policies[2].summary.total-failure-session-count</c>.</param>
/// <param name="Text">Human-readable sentence. It does not quote the report.</param>
public sealed record Mend(string Code, string Where, string Text);
