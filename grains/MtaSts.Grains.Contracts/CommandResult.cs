namespace MtaSts.Grains;

/// <summary>The reason for a refused command: a value, not an exception.</summary>
/// <param name="Code">Stable, for programs: one of <see cref="RefusalCodes"/>.</param>
/// <param name="Message">Human-readable: what is wrong and what to do.</param>
/// <param name="Field">The request field concerned; null when it concerns the whole request.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.Refusal")]
public sealed record Refusal([property: Id(0)] string Code, [property: Id(1)] string Message, [property: Id(2)] string? Field = null);

/// <summary>The codes of a <see cref="Refusal"/>.</summary>
public static class RefusalCodes
{
    public const string NotFound = "not-found";

    /// <summary>The actor lacks the permission.</summary>
    public const string Forbidden = "forbidden";
    public const string Invalid = "invalid";
    public const string PlanRequired = "plan-required";
    public const string PolicyMissing = "policy-missing";
    public const string NotPossibleNow = "not-possible-now";
    public const string LimitReached = "limit-reached";

    /// <summary>Mail may be lost: repeat the command with the override to proceed.</summary>
    public const string NeedsOverride = "needs-override";

    /// <summary>The policy does not meet the conditions for enforce: repeat the command with the override and a reason to proceed.</summary>
    public const string NotReady = "not-ready";

    /// <summary>The command has consequences that need confirmation: repeat it with the confirmation to proceed.</summary>
    public const string NeedsConfirmation = "needs-confirmation";
}

/// <summary>The result of a command: success, or a refusal with the reason.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.CommandResult")]
public sealed record CommandResult([property: Id(0)] Refusal? Refusal)
{
    public static CommandResult Done { get; } = new((Refusal?)null);

    public bool IsDone => Refusal is null;

    public static CommandResult<T> Of<T>(T value) where T : class => new(value, null);

    public static CommandResult Refused(string code, string message, string? field = null) => new(new Refusal(code, message, field));
}

/// <summary>The result of a command that returns a value.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.CommandResult`1")]
public sealed record CommandResult<T>([property: Id(0)] T? Value, [property: Id(1)] Refusal? Refusal)
    where T : class
{
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    public bool IsDone => Refusal is null;

    public static implicit operator CommandResult<T>(T value) => new(value, null);

    public static implicit operator CommandResult<T>(Refusal refusal) => new(null, refusal);
}
