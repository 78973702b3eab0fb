using MtaSts.Grains;
using Xunit;

namespace MtaSts.Host.Tests.Architecture;

/// <summary>A grain's type is part of its reminders' and directory's keys: it is named, so that a class may be renamed without orphaning them.</summary>
public sealed class GrainTypeTests
{
    private const int Least = 15;

    [Fact]
    public void Grains_All_HaveATypeOfTheirOwnThatDoesNotDependOnTheClass()
    {
        var grains = typeof(GrainServices).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && typeof(IGrain).IsAssignableFrom(type) && typeof(Grain).IsAssignableFrom(type)).ToArray();
        var types = grains.Select(grain => (grain.Name, Type: grain.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType == typeof(GrainTypeAttribute))?.ConstructorArguments[0].Value as string)).ToArray();

        Assert.All(types, static grain => Assert.False(string.IsNullOrEmpty(grain.Type), $"{grain.Name} has no [GrainType]"));
        Assert.Equal(types.Length, types.Select(static grain => grain.Type).Distinct().Count());
        Assert.InRange(types.Length, Least, int.MaxValue);
    }
}
