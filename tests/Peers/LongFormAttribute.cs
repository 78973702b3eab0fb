using Xunit.v3;

namespace MtaSts.Peers;

/// <summary>A test, or a class of them, that only <c>tests/run --long</c> runs: a shorter form of the same proof runs with all others.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class LongFormAttribute : Attribute, ITraitAttribute
{
    /// <summary>Whether tests with both forms use the long one: environment <c>MTASTS_LONG=1</c>, which <c>tests/run --long</c> sets.</summary>
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("MTASTS_LONG") == "1";

    /// <summary>The trait's name and value, for rows of a theory: <c>[InlineData(…, Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]</c>.</summary>
    public const string Trait = "form", Long = "long";

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Trait, Long)];
}
