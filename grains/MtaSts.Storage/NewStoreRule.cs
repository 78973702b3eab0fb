using Microsoft.Extensions.Options;

namespace MtaSts.Storage;

/// <summary>
/// Whether a store may be created at this start. An installation that others rely on already has one: an empty store would answer 404 for every policy that
/// senders have cached, and 401 to every user.
/// </summary>
internal sealed class NewStoreRule(IConfiguration configuration, IOptions<StorageOptions> options)
{
    /// <summary>Settings that mark an installation that others rely on: owners' DNS records refer to the first, their browsers to the second.</summary>
    private static readonly string[] ForOthers = ["Hosting:Target", "Dashboard:PublicUrl"];

    private readonly string? setting = options.Value.AllowNew ? null : ForOthers.FirstOrDefault(name => !string.IsNullOrWhiteSpace(configuration[name]));

    public bool IsRefused => setting is not null;

    /// <summary>Throws when a new store is refused.</summary>
    /// <param name="store">The missing or empty store.</param>
    /// <param name="what">Completes "the store …".</param>
    public void Refuse(Store store, string what)
    {
        if (setting is not null)
            throw new StoreException($"{store.Description} {what}, though {setting} is set: such an installation must not start with an empty store by mistake. "
                + "If it had a store, correct Storage:ConnectionString, mount its disk or restore a backup. If this is its first start, set Storage:AllowNew=true for this start.");
    }
}
