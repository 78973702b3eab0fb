using CsCheck;
using MtaSts.Protocol.Tests.Names;

namespace MtaSts.Protocol.Tests.Policies;

/// <summary>Policies to try rules with.</summary>
internal static class PolicyGen
{
    public static readonly Gen<MxPattern> Mx =
        Gen.Select(NameGen.Domain, Gen.Int[0, 3]).Select(static (domain, wild) => MxPattern.Parse((wild == 0 ? "*." : "") + domain));

    /// <summary>A policy that may be published.</summary>
    public static readonly Gen<Policy> Publishable =
        Gen.Select(Gen.Enum<PolicyMode>(), Mx.Array[1, 12], Gen.Int[1, Policy.MaxAgeLimit])
            .Select(static (mode, mx, maxAge) => new Policy(mode, [.. mx.Distinct()], maxAge));

    /// <summary>Policies so alike that two of them are often the same in meaning.</summary>
    public static readonly Gen<Policy> Alike =
        Gen.Select(Gen.Enum<PolicyMode>(), NameGen.Pick("a.example", "b.example", "*.example").Array[0, 4], NameGen.Pick(86_400, 604_800))
            .Select(static (mode, mx, maxAge) => new Policy(mode, [.. mx.Select(MxOf)], maxAge));

    /// <summary>A pattern by the grammar alone, such as a wildcard over a top-level domain.</summary>
    private static MxPattern MxOf(string text) =>
        MxPattern.TryParse(text, out var pattern, out _) ? pattern : Read($"version: STSv1\nmode: none\nmax_age: 1\nmx: {text}\n").Mx[0];

    /// <summary>What a sender reads out of a file that it must accept.</summary>
    public static Policy Read(string file) =>
        PolicyReader.ReadTolerant(System.Text.Encoding.UTF8.GetBytes(file)) is PolicyReading.Accepted accepted
            ? accepted.Policy
            : throw new ArgumentException("No policy.", nameof(file));
}
