using System.Text;
using CsCheck;
using MtaSts.Protocol.Tests.Names;
using Xunit;

namespace MtaSts.Protocol.Tests.Policies;

/// <summary>Whatever the bytes: one of the two declared readings, and only such policies as can be held.</summary>
public class PolicyReaderHostileTests
{
    private static readonly byte[] Seed =
        Encoding.UTF8.GetBytes("version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\nmx: *.xn--bcher-kva.example\r\nmx: mx.example.com \nx-n: aé b\r\n");

    private static readonly Gen<byte[]> Mutated =
        Gen.Select(PolicyGen.Publishable, Mutation.Array[1, 8]).Select(static (policy, mutations) =>
            mutations.Aggregate(PolicyWriter.Write(policy), static (bytes, mutate) => mutate(bytes)));

    private static Gen<Func<byte[], byte[]>> Mutation =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, int.MaxValue], Gen.Byte, NameGen.Pick("\r\n", "\n\n", "mx: ", "version: STSv1\r\n", "mode: enforce\r\n", "max_age: 9", ":", " ", "\t", "*.", "\uFEFF", "é", ".", "x: y\r\n"))
            .Select(static (kind, at, value, text) => (Func<byte[], byte[]>)(bytes => Mutate(bytes, kind, at % (bytes.Length + 1), value, text)));

    [Fact]
    public void Read_EveryByteReplacedByEveryOther_GivesADeclaredReading()
    {
        Assert.IsType<PolicyReading.Accepted>(PolicyReader.ReadTolerant(Seed));
        for (var at = 0; at < Seed.Length; at++)
        {
            var changed = (byte[])Seed.Clone();
            for (var value = 0; value < 256; value++)
            {
                changed[at] = (byte)value;
                Check(changed);
            }
        }
    }

    [Fact]
    public void Read_EveryPrefixAndEveryByteLeftOut_GivesADeclaredReading()
    {
        for (var at = 0; at < Seed.Length; at++)
        {
            Check(Seed[..at]);
            Check([.. Seed[..at], .. Seed[(at + 1)..]]);
        }
    }

    [Fact]
    public void Read_MutatedPolicies_GiveADeclaredReading() => Mutated.Sample(Check, iter: 20_000);

    [Fact]
    public void Read_AnyBytes_GiveADeclaredReading() => Gen.Byte.Array[0, 200].Sample(Check, iter: 5_000);

    private static void Check(byte[] file)
    {
        var tolerant = PolicyReader.ReadTolerant(file);
        var strict = PolicyReader.ReadStrict(file);
        if (strict is PolicyReading.Accepted written)
        {
            // Strict is a part of tolerant; what it accepts can be written, and comes back.
            Assert.Equal(written.Policy, Assert.IsType<PolicyReading.Accepted>(tolerant).Policy);
            Assert.Empty(PolicyRules.Check(written.Policy));
            Assert.All(written.Notes, static note => Assert.Equal(FindingWeight.Remark, note.Weight));
        }
        else
        {
            Assert.NotEmpty(Assert.IsType<PolicyReading.Refused>(strict).Problems);
        }

        if (tolerant is PolicyReading.Accepted accepted)
        {
            Assert.InRange(accepted.Policy.MaxAge, 0, Policy.MaxAgeLimit);
            Assert.True(accepted.Policy.Mx.Count > 0 || accepted.Policy.Mode == PolicyMode.None);
            Assert.All(accepted.Policy.Mx, static mx => Assert.Matches(@"\A(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?\z", mx.Value));
        }
        else
        {
            var problems = Assert.IsType<PolicyReading.Refused>(tolerant).Problems;
            Assert.All(problems, static problem => Assert.Equal(FindingWeight.Violation, problem.Weight));
            Assert.InRange(problems.Count, 1, PolicyReader.MaxFindings);
            // What an attacker wrote into the file does not reach people as control characters.
            Assert.DoesNotContain(problems, static problem => problem.Message.Any(char.IsControl));
        }
    }

    private static byte[] Mutate(byte[] bytes, int kind, int at, byte value, string text)
    {
        byte[] front = bytes[..at], back = bytes[at..];
        return kind switch
        {
            0 => [.. front, value, .. back],
            1 => [.. front, .. back.Skip(1)],
            2 => [.. front, value, .. back.Skip(1)],
            3 => [.. front, .. Encoding.UTF8.GetBytes(text), .. back],
            4 => [.. back, .. front],
            5 => [.. front, .. back.Take(value), .. back],
            _ => front,
        };
    }
}
