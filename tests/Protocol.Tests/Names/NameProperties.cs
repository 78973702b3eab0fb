using CsCheck;
using Xunit;

namespace MtaSts.Protocol.Tests.Names;

/// <summary>Laws of names, for any text.</summary>
public class NameProperties
{
    [Fact]
    public void TryParse_AnyDomain_IsItsOwnNormalForm() => NameGen.Domain.Sample(text =>
    {
        var name = DomainName.Parse(text);
        Assert.Equal(text, name.Value);
        Assert.Equal(name, DomainName.Parse(name.Unicode));
        Assert.Equal(name, DomainName.Parse($" {text.ToUpperInvariant()}. "));
    });

    [Fact]
    public void TryParse_AnyText_GivesANormalFormOrAProblem() => NameGen.Near.Sample(static text =>
    {
        if (!DomainName.TryParse(text, out var name, out var problem))
        {
            Assert.False(string.IsNullOrEmpty(problem));
            return;
        }

        Assert.Equal(name, DomainName.Parse(name.Value));
        Assert.Equal(name.Value, name.Value.ToLowerInvariant());
        Assert.All(name.Value, static c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '.'));
        Assert.All(name.Value.Split('.'), static label =>
        {
            Assert.InRange(label.Length, 1, 63);
            Assert.False(label.StartsWith('-') || label.EndsWith('-'));
        });
        Assert.Equal(name, DomainName.Parse(name.Unicode));
    }, iter: 20_000);

    [Fact]
    public void TryParsePolicyHost_AnyHeader_AgreesWithTryParse() => NameGen.Near.Sample(static text =>
    {
        if (!DomainName.TryParsePolicyHost("mta-sts." + text, out var domain))
            return;
        // What the gateway looks up is a domain's normal form, or a name with an xn-- label that encodes nothing.
        if (DomainName.TryParse(domain, out var name, out _))
            Assert.Equal(name.Value, domain);
        else
            Assert.Contains("xn--", domain, StringComparison.Ordinal);
    }, iter: 20_000);

    /// <summary>Each character of a valid name replaced by each of the first 256.</summary>
    [Fact]
    public void TryParse_EveryCharacterReplaced_GivesANormalFormOrAProblem()
    {
        const string text = "mail-1.xn--bcher-kva.example";
        for (var at = 0; at < text.Length; at++)
        {
            for (var c = '\0'; c < 256; c++)
            {
                var changed = text[..at] + c + text[(at + 1)..];
                if (DomainName.TryParse(changed, out var name, out var problem))
                    Assert.Equal(name, DomainName.Parse(name.Value));
                else
                    Assert.DoesNotContain(problem, char.IsControl);
                if (DomainName.TryParsePolicyHost("mta-sts." + changed, out var domain))
                    Assert.Equal(changed.Split(':')[0].TrimEnd('.').ToLowerInvariant(), domain);
            }
        }
    }
}
