using MtaSts.Modules.Notices;
using Xunit;

namespace MtaSts.Modules.Tests.Notices;

public sealed class ChannelFieldTests
{
    private static readonly ChannelField Field = new("topic", "Topic", "The name of the topic.");

    [Theory]
    [InlineData("", "Topic is missing.")]
    [InlineData("a\nb", "Topic contains a line break or another control character.")]
    [InlineData("c", "Topic must be one of a, b.")]
    [InlineData("A", "Topic must be one of a, b.")]
    [InlineData("a", null)]
    public void Problem_Choices_TakeTheirValuesAlone(string value, string? problem) => Assert.Equal(problem, (Field with { Choices = ["a", "b"] }).Problem(value));

    [Theory]
    [InlineData("ab", null)]
    [InlineData("ab1", "Topic does not have the expected form. The name of the topic.")]
    [InlineData("1ab", "Topic does not have the expected form. The name of the topic.")]
    public void Problem_Pattern_MatchesTheWholeValue(string value, string? problem) => Assert.Equal(problem, (Field with { Pattern = "a|[a-z]+" }).Problem(value));

    [Fact]
    public void Problem_TooLong_IsTold() => Assert.Equal("Topic has more than 2048 characters.", Field.Problem(new string('x', 2_049)));

    [Fact]
    public void Problem_OptionalAndEmpty_IsNone() => Assert.Null((Field with { IsOptional = true, Pattern = "x", Choices = ["x"] }).Problem(""));

    [Fact]
    public void Settings_AsText_HaveNoValues()
    {
        var settings = new ChannelSettings([KeyValuePair.Create("topic", " secret ")]);
        Assert.Equal("Channel settings: topic", settings.ToString());
        Assert.Equal(("secret", ""), (settings["topic"], settings["other"]));
    }
}
