using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>Converts an owner's input to a publishable policy, or explains why it is refused.</summary>
internal static class PolicyContents
{
    /// <summary>Maximum number of <c>mx</c> lines checked: more than a file of <see cref="PolicyWriter.MaxSize"/> can contain. A request may contain a million.</summary>
    public const int MaxMx = 2_000;

    /// <summary>Maximum characters of the reason for the history, which is stored with the version permanently.</summary>
    public const int MaxReason = 200;

    /// <summary>Checks and normalises. Exactly one of the two results is not null.</summary>
    public static (PolicyContent? Content, Refusal? Refusal) Normalise(PolicyContent raw)
    {
        if (!Enum.IsDefined(raw.Mode))
            return (null, new Refusal(RefusalCodes.Invalid, "The mode is one of none, testing, enforce.", "mode"));
        if (raw.Mx is { Count: > MaxMx })
            return (null, new Refusal(RefusalCodes.Invalid, $"{raw.Mx.Count} mx lines are more than a policy file holds; at most {MaxMx} are looked at.", "mx"));
        var mx = new List<MxPattern>();
        var known = new HashSet<MxPattern>();
        foreach (var text in raw.Mx ?? [])
        {
            if (!MxPattern.TryParse(text, out var pattern, out var problem))
                return (null, new Refusal(RefusalCodes.Invalid, $"mx “{Shorten(text)}”: {problem}", "mx"));
            if (known.Add(pattern))
                mx.Add(pattern);
        }
        var policy = new Policy(raw.Mode, mx, raw.MaxAge);
        var problems = PolicyRules.Check(policy);
        return problems.Count > 0
            ? (null, new Refusal(RefusalCodes.Invalid, string.Join(" ", problems.Select(p => p.Message)), Field(problems[0].Code)))
            : (new PolicyContent(raw.Mode, [.. mx.Select(m => m.Value)], raw.MaxAge), null);
    }

    public static bool Same(PolicyContent a, PolicyContent b) => PolicyComparison.Compare(a.ToPolicy(), b.ToPolicy()).Count == 0;

    /// <summary>The policy that hosting starts with: <c>testing</c> with the MX hosts seen; null when none of them is usable.</summary>
    public static PolicyContent? FromMx(LookupView? seen, HostingOptions options)
    {
        if (seen is null)
            return null;
        var mx = seen.Values.Where(v => MxPattern.TryParse(v, out _, out _)).ToArray();
        return mx.Length == 0 ? null : Normalise(new PolicyContent(PolicyMode.Testing, mx, options.StartingMaxAge)).Content;
    }

    /// <summary>The field of the request that a problem of <see cref="PolicyRules"/> concerns.</summary>
    public static string? Field(string code) => code.Split('-')[0] switch
    {
        "mode" => "mode",
        "mx" => "mx",
        "max" => "maxAge",
        _ => null,
    };

    internal static string Shorten(string? text) => text is null ? "" : text.Length <= 80 ? text : text[..80] + "…";
}
