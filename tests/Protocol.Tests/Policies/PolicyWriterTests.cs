using System.Text;
using CsCheck;
using Xunit;

namespace MtaSts.Protocol.Tests.Policies;

/// <summary>The one form that is served: what every known reader understands.</summary>
public class PolicyWriterTests
{
    [Theory]
    [InlineData(PolicyMode.None, "none")]
    [InlineData(PolicyMode.Testing, "testing")]
    [InlineData(PolicyMode.Enforce, "enforce")]
    public void Write_APolicy_GivesExactlyTheseBytes(PolicyMode mode, string spelling)
    {
        var policy = new Policy(mode, [MxPattern.Parse("MX1.example.com"), MxPattern.Parse("*.bücher.example")], 604_800);

        Assert.Equal(
            $"version: STSv1\r\nmode: {spelling}\r\nmax_age: 604800\r\nmx: mx1.example.com\r\nmx: *.xn--bcher-kva.example\r\n",
            Encoding.Latin1.GetString(PolicyWriter.Write(policy)));
    }

    /// <summary>Readers cut at 10 KiB, need mx after max_age, at least one even for none, no line twice, ASCII and CRLF.</summary>
    [Fact]
    public void Write_AnyPublishablePolicy_HasTheFormThatEveryReaderAccepts() => PolicyGen.Publishable.Sample(static policy =>
    {
        var bytes = PolicyWriter.Write(policy);

        Assert.InRange(bytes.Length, 1, PolicyWriter.MaxSize);
        Assert.All(bytes, static b => Assert.True(b is (byte)'\r' or (byte)'\n' or (>= (byte)' ' and <= (byte)'~')));
        var text = Encoding.ASCII.GetString(bytes);
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        var lines = text[..^2].Split("\r\n");
        Assert.DoesNotContain(lines, static line => line.Length == 0 || line.Contains('\r', StringComparison.Ordinal) || line.Contains('\n', StringComparison.Ordinal));
        Assert.Equal(lines.Length, lines.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(["version", "mode", "max_age"], lines.Take(3).Select(static line => line[..line.IndexOf(':', StringComparison.Ordinal)]));
        Assert.True(lines.Length > 3);
        Assert.All(lines.Skip(3), static line => Assert.Matches(@"\Amx: (\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+\z", line));
    });

    [Fact]
    public void Write_AnyPublishablePolicy_IsReadBackByBothReaders() => PolicyGen.Publishable.Sample(static policy =>
    {
        var bytes = PolicyWriter.Write(policy);

        var strict = Assert.IsType<PolicyReading.Accepted>(PolicyReader.ReadStrict(bytes));
        Assert.Equal(policy, strict.Policy);
        Assert.Empty(strict.Notes);
        Assert.Equal(policy, Assert.IsType<PolicyReading.Accepted>(PolicyReader.ReadTolerant(bytes)).Policy);
        Assert.True(PolicyComparison.IsSame(policy, Encoding.ASCII.GetString(bytes).Split('\n')));
    });

    [Fact]
    public void Write_SizeAtAndOverTheLimit_WritesAndThrows()
    {
        var atLimit = OfSize(PolicyWriter.MaxSize);

        Assert.Equal(PolicyWriter.MaxSize, PolicyWriter.Write(atLimit).Length);
        Assert.IsType<PolicyReading.Accepted>(PolicyReader.ReadStrict(PolicyWriter.Write(atLimit)));
        var exception = Assert.Throws<ArgumentException>(() => PolicyWriter.Write(OfSize(PolicyWriter.MaxSize + 1)));
        Assert.Contains("10241", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_WhatTheRulesForbid_Throws()
    {
        var mx = MxPattern.Parse("mx.example.com");

        Assert.Throws<ArgumentException>(() => PolicyWriter.Write(new Policy(PolicyMode.None, [], 86_400)));
        Assert.Throws<ArgumentException>(() => PolicyWriter.Write(new Policy(PolicyMode.Enforce, [mx, mx], 86_400)));
        Assert.Throws<ArgumentException>(() => PolicyWriter.Write(new Policy(PolicyMode.Enforce, [mx], 0)));
        Assert.Throws<ArgumentException>(() => PolicyWriter.Write(new Policy(PolicyMode.Enforce, [mx], -1)));
        Assert.Throws<ArgumentException>(() => PolicyWriter.Write(new Policy(PolicyMode.Enforce, [mx], Policy.MaxAgeLimit + 1)));
        Assert.Throws<ArgumentException>(() => PolicyWriter.Write(new Policy((PolicyMode)7, [mx], 86_400)));
        Assert.Throws<ArgumentNullException>(() => PolicyWriter.Write(null!));
    }

    /// <summary>A policy whose file has exactly so many bytes.</summary>
    internal static Policy OfSize(int size)
    {
        var left = size - "version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\n".Length;
        var mx = new List<MxPattern>();
        for (var i = 0; left > 0; i++)
        {
            var length = left > 200 ? 100 : left;
            var name = $"{i:000}.{new string('a', 50)}.";
            mx.Add(MxPattern.Parse(name + Fill(length - "mx: \r\n".Length - name.Length)));
            left -= length;
        }

        return new Policy(PolicyMode.Testing, mx, 86_400);
    }

    private static string Fill(int length) =>
        length <= 63 ? new string('b', length) : $"{new string('c', 60)}.{Fill(length - 61)}";
}
