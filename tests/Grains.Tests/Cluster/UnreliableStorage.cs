using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Storage;
using MtaSts.Storage;
using Orleans.Storage;

namespace MtaSts.Grains.Tests.Cluster;

/// <summary>When the grains' storage fails, and how: the dice of one seed. Shared by all silos of a test, and by those that come after a crash.</summary>
internal sealed class StorageFaults(int seed)
{
    /// <summary>Of a hundred calls: not carried out, carried out with the answer lost, or late.</summary>
    private const int Refused = 8;

    private const int Unanswered = 8;
    private const int Late = 4;
    private const int LatestMilliseconds = 60;

    private readonly Random random = new(seed);

    /// <summary>Nothing fails unless this is set.</summary>
    public bool AreOn { get; set; }

    /// <summary>The next write of such a state is carried out and reported as failed, whatever the dice say.</summary>
    public Func<object?, bool>? LosesAnswerOf { get; set; }

    /// <summary>Calls that were not carried out.</summary>
    public int RefusedCalls { get; private set; }

    /// <summary>Writes that were carried out and reported as failed.</summary>
    public int LostAnswers { get; private set; }

    /// <summary>Puts the faults between the grains and the real storage.</summary>
    public void Use(IServiceCollection services)
    {
        var real = services.Last(service => service.ServiceType == typeof(IGrainStorage) && service.IsKeyedService && Equals(service.ServiceKey, StateNames.Storage));
        services.Remove(real);
        services.AddKeyedSingleton<IGrainStorage>(StateNames.Storage, (provider, key) => new UnreliableStorage((IGrainStorage)real.KeyedImplementationFactory!(provider, key), this));
        services.Replace(ServiceDescriptor.Singleton<EnvelopeStorage>(provider => new UnreliableEnvelopeStorage(provider.GetRequiredService<EnvelopeTable>(), provider.GetRequiredService<IGrainStorageSerializer>(), this)));
    }

    /// <summary>Whether this is the write meant by <see cref="LosesAnswerOf"/>; only the first one is.</summary>
    public bool TakesAnswerOf(object? state)
    {
        lock (random)
        {
            if (LosesAnswerOf?.Invoke(state) != true)
                return false;
            LosesAnswerOf = null;
            return true;
        }
    }

    /// <summary>Before a call: fails it, or lets it wait.</summary>
    /// <returns>False: it is to be carried out, and its answer lost.</returns>
    public async Task<bool> BeforeAsync(bool isWrite)
    {
        int dice, pause;
        lock (random)
        {
            if (!AreOn)
                return true;
            dice = random.Next(100);
            pause = random.Next(LatestMilliseconds);
            if (dice < Refused)
                RefusedCalls++;
            else if (isWrite && dice < Refused + Unanswered)
                LostAnswers++;
        }
        if (dice < Refused)
            throw new IOException("The storage does not answer (a fault of the test's).");
        if (dice >= 100 - Late)
            await Task.Delay(pause);
        return !isWrite || dice >= Refused + Unanswered;
    }
}

/// <summary>The real storage behind <see cref="StorageFaults"/>.</summary>
internal sealed class UnreliableStorage(IGrainStorage real, StorageFaults faults) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await faults.BeforeAsync(isWrite: false);
        await real.ReadStateAsync(stateName, grainId, grainState);
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Change(() => real.WriteStateAsync(stateName, grainId, grainState), grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Change(() => real.ClearStateAsync(stateName, grainId, grainState), grainState);

    public void Participate(ISiloLifecycle lifecycle) => (real as ILifecycleParticipant<ISiloLifecycle>)?.Participate(lifecycle);

    private async Task Change<T>(Func<Task> change, IGrainState<T> state)
    {
        var isAnswered = await faults.BeforeAsync(isWrite: true) && !faults.TakesAnswerOf(state.State);
        var (etag, exists) = (state.ETag, state.RecordExists);
        await change();
        if (isAnswered)
            return;
        // Whoever does not hear of it knows nothing of the row's new version either.
        (state.ETag, state.RecordExists) = (etag, exists);
        throw new TimeoutException("The storage's answer was lost (a fault of the test's).");
    }
}

/// <summary>The real table of envelopes behind <see cref="StorageFaults"/>.</summary>
internal sealed class UnreliableEnvelopeStorage(EnvelopeTable table, IGrainStorageSerializer serializer, StorageFaults faults) : EnvelopeStorage(table, serializer)
{
    public override async Task<IngestionRecord?> FindAsync(string id)
    {
        await faults.BeforeAsync(isWrite: false);
        return await base.FindAsync(id);
    }

    public override Task<long?> WriteAsync(string id, long? before, IngestionRecord record) => Change(() => base.WriteAsync(id, before, record));

    public override Task<bool> DeleteAsync(string id, long version) => Change(() => base.DeleteAsync(id, version));

    private async Task<T> Change<T>(Func<Task<T>> change)
    {
        var isAnswered = await faults.BeforeAsync(isWrite: true);
        var result = await change();
        return isAnswered ? result : throw new TimeoutException("The storage's answer was lost (a fault of the test's).");
    }
}
