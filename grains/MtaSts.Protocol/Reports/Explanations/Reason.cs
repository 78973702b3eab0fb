namespace MtaSts.Protocol.Reports;

/// <summary>
/// Reasons of one meaning. The same words tell of the MX host, or of the policy host where the result type is about fetching the policy: there the MX host
/// was not asked at all.
/// </summary>
internal sealed record Reason
{
    private const string PolicyTypesBegin = "sts-";

    private readonly string[] signs = [];
    private readonly string[] statuses = [];

    /// <summary>What they are recognised by, as <see cref="ReasonSign"/> reads it.</summary>
    public required IReadOnlyList<string> Signs { get => signs; init => signs = [.. value.Select(ReasonSign.Plain)]; }

    /// <summary>HTTP status codes that stand alone. They mean something where the policy was fetched; elsewhere a number of three digits is a mail server's reply.</summary>
    public IReadOnlyList<string> Statuses { get => statuses; init => statuses = [.. value]; }

    /// <summary>The only result type whose reasons these are; null: any.</summary>
    public string? Under { get; init; }

    /// <summary>Null: said of policy hosts only.</summary>
    public Explanation? AtMailHost { get; init; }

    /// <summary>Null: never said of a policy host.</summary>
    public Explanation? AtPolicyHost { get; init; }

    /// <summary>Under a result type that is about the policy host.</summary>
    public static bool IsAboutPolicyHost(string resultType) => resultType.StartsWith(PolicyTypesBegin, StringComparison.OrdinalIgnoreCase);

    /// <summary>What the text means; null: it has none of the signs.</summary>
    /// <param name="plain">See <see cref="ReasonSign.Plain"/>.</param>
    public Explanation? Fits(string resultType, string plain)
    {
        if (Under is not null && !Is(resultType, Under) || (IsAboutPolicyHost(resultType) ? AtPolicyHost : AtMailHost) is not { } explanation)
            return null;
        return signs.Any(sign => ReasonSign.Holds(plain, sign)) || Is(resultType, ResultTypes.StsPolicyFetchError) && statuses.Any(status => ReasonSign.Holds(plain, status))
            ? explanation
            : null;
    }

    private static bool Is(string resultType, string other) => string.Equals(resultType, other, StringComparison.OrdinalIgnoreCase);
}
