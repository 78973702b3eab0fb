namespace MtaSts.Grains;

/// <summary>Why a command was refused: a value, never an exception.</summary>
/// <param name="Code">Stable, for programs: one of <see cref="RefusalCodes"/>.</param>
/// <param name="Message">For people: what is wrong and what to do.</param>
/// <param name="Field">The field of the request it is about; null when it is about the whole.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.Refusal")]
public sealed record Refusal([property: Id(0)] string Code, [property: Id(1)] string Message, [property: Id(2)] string? Field = null);

/// <summary>The codes a <see cref="Refusal"/> may carry.</summary>
public static class RefusalCodes
{
    public const string NotFound = "not-found";
    public const string Invalid = "invalid";
    public const string PlanRequired = "plan-required";
    public const string PolicyMissing = "policy-missing";
    public const string NotPossibleNow = "not-possible-now";
    public const string LimitReached = "limit-reached";

    /// <summary>Mail may be lost by it: repeat the command with the override when it is meant.</summary>
    public const string NeedsOverride = "needs-override";
}

/// <summary>The answer to a command: done, or refused with the reason.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.CommandResult")]
public sealed record CommandResult([property: Id(0)] Refusal? Refusal)
{
    public static CommandResult Done { get; } = new((Refusal?)null);

    public bool IsDone => Refusal is null;

    public static CommandResult Refused(string code, string message, string? field = null) => new(new Refusal(code, message, field));
}

/// <summary>The answer to a command that yields something.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.CommandResult`1")]
public sealed record CommandResult<T>([property: Id(0)] T? Value, [property: Id(1)] Refusal? Refusal)
    where T : class
{
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    public bool IsDone => Refusal is null;
}
