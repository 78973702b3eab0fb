using System.Reflection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MtaSts.Host.Tests.Architecture;

/// <summary>Operators filter and count by event id: each means one thing in the whole process.</summary>
public sealed class EventIdTests
{
    [Fact]
    public void EventIds_OverAllRooms_AreUsedOnce()
    {
        var messages = Directory.GetFiles(AppContext.BaseDirectory, "MtaSts*.dll")
            .Where(file => Path.GetFileName(file) is "MtaSts.Host.dll" or "MtaSts.Grains.dll" or "MtaSts.Web.dll" || Path.GetFileName(file).StartsWith("MtaSts.Modules.", StringComparison.Ordinal))
            .SelectMany(file => Assembly.LoadFrom(file).GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (method, Attribute: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(message => message.Attribute is not null)
            .ToArray();
        Assert.InRange(messages.Length, 20, int.MaxValue);
        Assert.Empty(messages.GroupBy(message => message.Attribute!.EventId).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(message => $"{message.method.DeclaringType!.Name}.{message.method.Name}"))}"));
    }
}
