using System.Reflection;
using MtaSts.Application.Alerts;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Alerts;

public sealed class AlertCatalogTests
{
    public static TheoryData<string> Kinds => [.. Constants(typeof(AlertKinds))];

    [Fact]
    public void Kinds_OfTheList_AllHaveWordsAndNoOtherHas() => Assert.Equal(Constants(typeof(AlertKinds)).Order(StringComparer.Ordinal), AlertCatalog.Kinds.Order(StringComparer.Ordinal));

    /// <summary>With every fact, with none, and with what an outsider may put into one: a sentence each time, and a page of the dashboard.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Describe_AnyFacts_SaysWhatIsSoAndWhere(string kind)
    {
        foreach (var value in new[] { null, "x1", new string('x', 5_000), "<script>" })
        {
            foreach (var fault in Enum.GetNames<FetchFaultKind>())
            {
                var condition = Constants(typeof(AlertParameters)).Aggregate(AlertCondition.Of(kind), (all, name) => all.With(name, value)).With(AlertParameters.Fault, fault);
                var text = AlertCatalog.Describe(View(condition));
                Assert.NotEmpty(text.Title);
                Assert.Equal("/domains/example.com", text.Link[..20]);
                if (value is not null)
                    Assert.DoesNotContain("  ", text.Message, StringComparison.Ordinal);
                Assert.True(text.Message.Length < 4_000, text.Message);
            }
        }
    }

    [Fact]
    public void Describe_KindOfALaterVersion_SaysSo() =>
        Assert.Contains("later version", AlertCatalog.Describe(View(AlertCondition.Of("not-yet-known"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Condition_SameFacts_IsEqualAndOthersAreNot()
    {
        var one = AlertCondition.Of(AlertKinds.MxNotCovered).With(AlertParameters.Mx, ["a.test", "b.test"]);
        Assert.Equal(one, AlertCondition.Of(AlertKinds.MxNotCovered).With(AlertParameters.Mx, ["a.test", "b.test"]));
        Assert.NotEqual(one, one.With(AlertParameters.Mx, ["b.test", "a.test"]));
        Assert.NotEqual(one, one.With(AlertParameters.Cached, true));
        Assert.NotEqual(one, AlertCondition.Of(AlertKinds.CnameLost).With(AlertParameters.Mx, ["a.test", "b.test"]));
    }

    [Fact]
    public void Condition_MoreThanIsKept_IsCut()
    {
        var kept = AlertCondition.Of(AlertKinds.CaaRefused).With(AlertParameters.Caa, [.. Enumerable.Repeat(new string('x', 9_999), 500)]).Parameters[AlertParameters.Caa];
        Assert.Equal((AlertCondition.MaxValues, AlertCondition.MaxLength), (kept.Length, kept[0].Length));
    }

    private static AlertView View(AlertCondition condition) => new()
    {
        Id = "1",
        Domain = "example.com",
        Kind = condition.Kind,
        Parameters = condition.Parameters,
        RaisedAt = default,
        UpdatedAt = default,
    };

    private static string[] Constants(Type type) => [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!)];
}
