using MtaSts.Modules.Hostnames;

namespace MtaSts.Host.Modules;

/// <summary>An object of a module that was made, with what is read of it once.</summary>
internal sealed record MadeObject<T>(T Object, string Id, IReadOnlyList<string> CaaIdentifiers);

/// <summary>
/// Makes a module's object when it is first needed, on a thread of the module's. One that hangs is being made for ever and never made twice; one that throws is made anew at the next
/// call.
/// </summary>
internal sealed class ModuleObject<T>(string moduleId, Func<T> create, Func<T, string?> id)
    where T : class
{
    /// <summary>How long a caller that cannot await waits for it to be made, once.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    /// <summary>Authorities that are taken from a provider; more would only be a mistake of its.</summary>
    private const int MaxAuthorities = 10;

    private readonly Lock gate = new();
    private Task<MadeObject<T>>? making;
    private bool hasWaited;

    public Task<MadeObject<T>> GetAsync()
    {
        lock (gate)
            return making is null or { IsFaulted: true } ? making = ModuleThread.Start(moduleId, Make) : making;
    }

    /// <summary>What was made; null while it is not.</summary>
    public MadeObject<T>? Made => Volatile.Read(ref making) is { IsCompletedSuccessfully: true } made ? made.Result : null;

    /// <summary>The same for a caller that needs it now: it is made, and waited for a second at most, once.</summary>
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
            return made is ICertificateAuthorities { CaaIdentifiers: { } all } ? [.. all.Take(MaxAuthorities)] : [];
        }
        catch (Exception)
        {
            return []; // Its other calls will tell what is wrong with it.
        }
    }
}
