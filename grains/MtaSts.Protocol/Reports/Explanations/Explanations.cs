namespace MtaSts.Protocol.Reports;

/// <summary>Explains result types (RFC 8460 §4.3) and the reasons that senders add (<c>failure-reason-code</c>, §4.4).</summary>
public static class Explanations
{
    /// <summary>Characters of a reason that are examined; later ones are ignored.</summary>
    private const int MaxLooked = 500;

    /// <summary>Used for result types that no RFC defines.</summary>
    public static Explanation Unknown { get; } = new(
        "unknown",
        "This is not a result type of RFC 8460. The sender defined it.",
        Fault.Unclear,
        "Check the reasons and the single reports. The sender's documentation may explain the type.",
        []);

    /// <summary>One for each result type of RFC 8460, and <see cref="Unknown"/>.</summary>
    public static IReadOnlyList<Explanation> ResultTypes => ResultTypeTable.All;

    /// <summary>The reasons that are recognised.</summary>
    public static IReadOnlyList<Explanation> Reasons { get; } = [.. ReasonTable.All.SelectMany(static row => new[] { row.AtMailHost, row.AtPolicyHost }).OfType<Explanation>().DistinctBy(static row => row.Id)];

    /// <summary>What a result type means; <see cref="Unknown"/> for one that is not in the RFC.</summary>
    public static Explanation Of(string resultType) => ResultTypes.FirstOrDefault(type => string.Equals(type.Id, resultType, StringComparison.OrdinalIgnoreCase)) ?? Unknown;

    /// <summary>What a reason means under its result type; null when it is unknown.</summary>
    public static Explanation? OfReason(string? resultType, string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return null;
        var looked = ReasonSign.Plain(reason.Length <= MaxLooked ? reason : reason[..MaxLooked]);
        return ReasonTable.All.Select(row => row.Fits(resultType ?? "", looked)).FirstOrDefault(static found => found is not null) ?? AsResultType(looked);
    }

    // Some senders repeat the result type as an identifier: DANE_REQUIRED.
    private static Explanation? AsResultType(string plain) => ResultTypes.FirstOrDefault(type => type != Unknown && string.Equals(ReasonSign.Plain(type.Id), plain.Trim(), StringComparison.OrdinalIgnoreCase));
}
