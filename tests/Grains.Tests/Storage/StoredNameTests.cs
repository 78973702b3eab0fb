using System.Reflection;
using System.Text.Json.Serialization;
using MtaSts.Grains.Storage;
using Xunit;

namespace MtaSts.Grains.Tests.Storage;

/// <summary>The name of a stored member is written down beside it: a record that is stored and also sent between grains can be renamed without making stored states unreadable.</summary>
public sealed class StoredNameTests
{
    [Fact]
    public void Members_OfEveryStoredType_HaveAStoredName()
    {
        var types = new HashSet<Type>();
        foreach (var (_, _, type, _) in StoredStates.All)
        {
            Visit(type, types);
            if (type.IsAssignableTo(typeof(IStateWithElements)))
                Array.ForEach(type.GetProperties(), member => Visit(member.PropertyType, types)); // The elements are no member of its JSON.
        }
        Assert.InRange(types.Count, 50, 500);
        var unnamed = types.SelectMany(Unnamed).Order(StringComparer.Ordinal).ToArray();
        Assert.True(unnamed.Length == 0, $"No [JsonPropertyName]: {string.Join(", ", unnamed)}");
    }

    private static IEnumerable<string> Unnamed(Type type) =>
        Members(type).Where(member => member.GetCustomAttribute<JsonPropertyNameAttribute>() is null).Select(member => $"{type.Name}.{member.Name}");

    private static void Visit(Type type, HashSet<Type> types)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        foreach (var argument in type.GetGenericArguments())
            Visit(argument, types);
        if (type.IsEnum || type.Assembly.GetName().Name?.StartsWith("MtaSts", StringComparison.Ordinal) != true || !types.Add(type))
            return;
        foreach (var member in Members(type))
            Visit(member.PropertyType, types);
        foreach (var derived in type.GetCustomAttributes<JsonDerivedTypeAttribute>())
            Visit(derived.DerivedType, types);
    }

    private static IEnumerable<PropertyInfo> Members(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static member => member.GetIndexParameters().Length == 0 && member.GetCustomAttribute<JsonIgnoreAttribute>() is null && (member.CanWrite || IsOfTheConstructor(member)));

    private static bool IsOfTheConstructor(PropertyInfo member) =>
        member.DeclaringType!.GetConstructors().Any(constructor => constructor.GetParameters().Any(parameter => string.Equals(parameter.Name, member.Name, StringComparison.OrdinalIgnoreCase)));
}
