namespace MtaSts.Protocol.Reports;

/// <summary>
/// Reasons with one meaning. The same text refers to the MX host, or to the policy host where the result type is about fetching the policy: then the MX host
/// was not contacted.
/// </summary>
internal sealed record Reason
{
    private const string PolicyTypesBegin = "sts-";

    private readonly string[] signs = [];
    private readonly string[] statuses = [];

    /// <summary>Texts that identify them, in the syntax of <see cref="ReasonSign"/>.</summary>
    public required IReadOnlyList<string> Signs { get => signs; init => signs = [.. value.Select(ReasonSign.Plain)]; }

    /// <summary>HTTP status codes without other text. Used only for policy fetches; elsewhere a three-digit number is an SMTP reply code.</summary>
    public IReadOnlyList<string> Statuses { get => statuses; init => statuses = [.. value]; }

    /// <summary>The only result type to which these reasons apply; null: any.</summary>
    public string? Under { get; init; }

    /// <summary>Null when used for policy hosts only.</summary>
    public Explanation? AtMailHost { get; init; }

    /// <summary>Null when never used for a policy host.</summary>
    public Explanation? AtPolicyHost { get; init; }

    /// <summary>Whether the result type is about the policy host.</summary>
    public static bool IsAboutPolicyHost(string resultType) => resultType.StartsWith(PolicyTypesBegin, StringComparison.OrdinalIgnoreCase);

    /// <summary>The explanation of the text; null when no sign matches.</summary>
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
