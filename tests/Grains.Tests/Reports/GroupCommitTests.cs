using MtaSts.Grains.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Many changes, few writes, and nobody told of what is not durable. Each test runs as the calls of a grain do: one at a time, and interleaving only where they wait.</summary>
public sealed class GroupCommitTests
{
    private readonly HandStorage storage = new();

    [Fact]
    public Task Apply_WhileAWriteIsUnderWay_SharesTheNextOne() => OneAtATime(async () =>
    {
        var commit = new GroupCommit<string>(storage);
        var first = commit.Apply("a");
        await storage.Begun();
        var second = commit.Apply("ab");
        var third = commit.Apply("abc");
        Assert.False(first.IsCompleted);
        storage.Finish();
        await first;
        Assert.Equal("a", commit.Committed);
        await storage.Begun();
        Assert.False(second.IsCompleted || third.IsCompleted);
        storage.Finish();
        await Task.WhenAll(second, third);
        Assert.Equal(["a", "abc"], storage.Written);
        Assert.Equal("abc", commit.Committed);
    });

    [Fact]
    public Task Apply_AtTheSameTime_SharesTheFirstWrite() => OneAtATime(async () =>
    {
        var commit = new GroupCommit<string>(storage);
        Task[] changes = [commit.Apply("a"), commit.Apply("ab"), commit.Apply("abc")];
        await storage.Begun();
        storage.Finish();
        await Task.WhenAll(changes);
        Assert.Equal(["abc"], storage.Written);
    });

    [Fact]
    public Task Apply_WriteFails_TellsAllWhoBuiltOnItAndReadsAgain() => OneAtATime(async () =>
    {
        var commit = new GroupCommit<string>(storage);
        var first = commit.Apply("a");
        await storage.Begun();
        var second = commit.Apply("ab");
        storage.Fail(arrived: true); // As after a lost answer: the storage has it, the caller was told otherwise.
        await Assert.ThrowsAsync<IOException>(() => first);
        await Assert.ThrowsAsync<IOException>(() => second);
        Assert.Equal("", commit.Pending);

        await Assert.ThrowsAsync<InvalidOperationException>(() => commit.Apply("c"));
        Assert.Equal("a", commit.Pending);

        var last = commit.Apply("ac");
        await storage.Begun();
        storage.Finish();
        await last;
        Assert.Equal("ac", commit.Committed);
    });

    [Fact]
    public Task Flush_WaitsForWhatIsUnderWayAndHearsOfItsFailure() => OneAtATime(async () =>
    {
        var commit = new GroupCommit<string>(storage);
        Assert.True(commit.Flush().IsCompletedSuccessfully);
        var change = commit.Apply("a");
        var settled = commit.Flush();
        await storage.Begun();
        Assert.False(settled.IsCompleted);
        storage.Fail(arrived: false);
        await Assert.ThrowsAsync<IOException>(() => settled);
        await Assert.ThrowsAsync<IOException>(() => change);
    });

    private static async Task OneAtATime(Func<Task> body)
    {
        var turns = new ConcurrentExclusiveSchedulerPair();
        await await Task.Factory.StartNew(body, TestContext.Current.CancellationToken, TaskCreationOptions.None, turns.ExclusiveScheduler);
    }

    /// <summary>Writes end when the test says so.</summary>
    private sealed class HandStorage : IPersistentState<string>
    {
        private volatile TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource? write;
        private string durable = "";

        public List<string> Written { get; } = [];

        public string State { get; set; } = "";

        public string Etag => "";

        public bool RecordExists => durable.Length > 0;

        public Task WriteStateAsync()
        {
            write = new TaskCompletionSource();
            begun.SetResult();
            return write.Task;
        }

        public Task ReadStateAsync()
        {
            State = durable;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync() => throw new NotSupportedException();

        /// <summary>The next write has begun.</summary>
        public async Task Begun()
        {
            await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
            begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        public void Finish()
        {
            durable = State;
            Written.Add(State);
            write!.SetResult();
        }

        public void Fail(bool arrived)
        {
            if (arrived)
                durable = State;
            write!.SetException(new IOException("No answer."));
        }
    }
}
