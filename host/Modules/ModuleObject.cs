using MtaSts.Modules.Hostnames;

namespace MtaSts.Host.Modules;

/// <summary>A module's object, with its properties that are read once.</summary>
internal sealed record MadeObject<T>(T Object, string Id, IReadOnlyList<string> CaaIdentifiers);

/// <summary>
/// Creates a module's object at its first use, on a thread of the module. A constructor that hangs is never called again; one that throws is called
/// again at the next use.
/// </summary>
internal sealed class ModuleObject<T>(string moduleId, Func<T> create, Func<T, string?> id)
    where T : class
{
    /// <summary>How long a synchronous caller waits for the object, once.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    /// <summary>Authorities accepted from a provider; more would be a mistake.</summary>
    private const int MaxAuthorities = 10;

    /// <summary>An authority's identifier is a domain name (RFC 8659 §4.2); a longer one matches no record.</summary>
    private const int MaxAuthorityLength = 253;

    private readonly Lock gate = new();
    private Task<MadeObject<T>>? making;
    private bool hasWaited;

    public Task<MadeObject<T>> GetAsync()
    {
        lock (gate)
            return making is null or { IsFaulted: true } ? making = ModuleThread.Start(moduleId, Make) : making;
    }

    /// <summary>The object; null until it is created.</summary>
    public MadeObject<T>? Made => Volatile.Read(ref making) is { IsCompletedSuccessfully: true } made ? made.Result : null;

    /// <summary>The object for a synchronous caller: starts its creation and waits at most a second, once.</summary>
    public MadeObject<T>? Need()
    {
        var task = GetAsync();
        if (!task.IsCompleted && !hasWaited)
        {
            hasWaited = true;
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne(Glance);
        }
        return Made;
    }

    private MadeObject<T> Make()
    {
        var made = create();
        return new MadeObject<T>(made, PluginLoader.CheckedId(id(made), "object"), Authorities(made));
    }

    private static IReadOnlyList<string> Authorities(T made)
    {
        try
        {
            return made is ICertificateAuthorities { CaaIdentifiers: { } all } ? [.. all.Take(MaxAuthorities).Where(name => name is { Length: > 0 and <= MaxAuthorityLength })] : [];
        }
        catch (Exception)
        {
            return []; // Its other calls will report the fault.
        }
    }
}
