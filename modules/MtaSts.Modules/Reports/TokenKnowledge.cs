namespace MtaSts.Modules.Reports;

/// <summary>What the inbox knows of a token.</summary>
public enum TokenKnowledge
{
    /// <summary>No answer now: storage is out of reach, or too many ask at once. Says nothing about the token (SMTP 451).</summary>
    Unavailable,

    /// <summary>A claim has it. It may be gone by the time the report is delivered: the receipt decides.</summary>
    Known,

    /// <summary>No claim has it (SMTP 550).</summary>
    Unknown,
}
