namespace MtaSts.Modules.Reports;

/// <summary>Result of a token look-up.</summary>
public enum TokenKnowledge
{
    /// <summary>No answer now: storage is unavailable, or there are too many look-ups. The state of the token is unknown (SMTP 451).</summary>
    Unavailable,

    /// <summary>A claim has it. The claim may be deleted before the report is delivered: the receipt decides.</summary>
    Known,

    /// <summary>No claim has it (SMTP 550).</summary>
    Unknown,
}
