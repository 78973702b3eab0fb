using System.Reflection;

namespace MtaSts.Host.Tests.Application;

/// <summary>Stands for a service that must not be reached.</summary>
public class Untouched : DispatchProxy
{
    public static object Of(Type service) => Create(service, typeof(Untouched));

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new TouchedException(targetMethod!.Name);
}

/// <summary>A service was reached.</summary>
public sealed class TouchedException(string method) : Exception(method);
