namespace MtaSts.Grains.Notifications;

/// <summary>No notifiers; replaced by the host.</summary>
internal sealed class NoNotifiers : INotifiers
{
    public IReadOnlyList<IGuardedNotifier> All => [];

    public IGuardedNotifier? Find(string id) => null;
}
