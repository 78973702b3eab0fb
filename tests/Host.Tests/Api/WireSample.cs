using System.Collections;
using System.Reflection;

namespace MtaSts.Host.Tests.Api;

/// <summary>
/// Makes a wire record with every property set. Values go by type and position and by no name: a renamed property changes nothing that is made of it.
/// </summary>
internal sealed class WireSample
{
    private static readonly DateTimeOffset Moment = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    private int position;

    public static T Of<T>() where T : class => (T)new WireSample().Make(typeof(T))!;

    private object? Make(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type))
            return List(type);
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1);
        if (type.Namespace!.StartsWith("MtaSts", StringComparison.Ordinal))
            return Record(type);
        position++;
        return type switch
        {
            _ when type == typeof(string) => $"mx{position}.example",
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => position,
            _ when type == typeof(long) => (long)position,
            _ when type == typeof(DateTimeOffset) => Moment.AddMinutes(position),
            _ when type == typeof(DateOnly) => DateOnly.FromDateTime(Moment.UtcDateTime).AddDays(position),
            _ => throw new InvalidOperationException($"No sample of {type}."),
        };
    }

    private Array List(Type type)
    {
        var item = type.GetGenericArguments()[0];
        var list = Array.CreateInstance(item, 1);
        list.SetValue(Make(item), 0);
        return list;
    }

    private object Record(Type type)
    {
        var constructor = type.GetConstructors().OrderBy(candidate => candidate.GetParameters().Length).Last();
        var made = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Make(parameter.ParameterType))]);
        var set = constructor.GetParameters().Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite && !set.Contains(property.Name)))
            property.SetValue(made, Make(property.PropertyType));
        return made;
    }
}
