using MtaSts.Grains;
using MtaSts.Modules.Notices;

namespace MtaSts.Host.Modules;

/// <summary>The notifiers of the modules that the settings enable. Each is created when it is first called.</summary>
internal sealed class Notifiers(ModuleCatalog modules, IConfiguration configuration, TimeProvider clock) : INotifiers, IDisposable
{
    private readonly GuardedNotifier[] all = [.. modules.Offering(OfferKind.Notifier).Where(offer => offer.Offer.IsChosen(configuration)).Select(offer => new GuardedNotifier(
        offer.Module.Id!, () => (INotifier)offer.Module.Container!.Services.GetRequiredService(offer.Offer.Type), offer.Module.Health, clock))];

    public IReadOnlyList<IGuardedNotifier> All => all;

    public IGuardedNotifier? Find(string id) => Array.Find(all, notifier => notifier.Id == id);

    public void Dispose()
    {
        foreach (var notifier in all)
            notifier.Dispose();
    }
}
