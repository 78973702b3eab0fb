using MtaSts.Grains.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Many changes, few writes, and nobody told of what is not durable.</summary>
public sealed class GroupCommitTests
{
    private readonly HandStorage storage = new();

    [Fact]
    public async Task Apply_WhileAWriteIsUnderWay_SharesTheNextOne()
    {
        var commit = new GroupCommit<string>(storage);
        var first = commit.Apply("a");
        var second = commit.Apply("ab");
        var third = commit.Apply("abc");
        Assert.False(first.IsCompleted);
        storage.Finish();
        await first;
        Assert.Equal("a", commit.Committed);
        Assert.False(second.IsCompleted || third.IsCompleted);
        storage.Finish();
        await Task.WhenAll(second, third);
        Assert.Equal(["a", "abc"], storage.Written);
        Assert.Equal("abc", commit.Committed);
    }

    [Fact]
    public async Task Apply_WriteFails_TellsAllWhoBuiltOnItAndReadsAgain()
    {
        var commit = new GroupCommit<string>(storage);
        var first = commit.Apply("a");
        var second = commit.Apply("ab");
        storage.Fail(arrived: true); // As after a lost answer: the storage has it, the caller was told otherwise.
        await Assert.ThrowsAsync<IOException>(() => first);
        await Assert.ThrowsAsync<IOException>(() => second);
        Assert.Equal("", commit.Pending);

        await Assert.ThrowsAsync<InvalidOperationException>(() => commit.Apply("c"));
        Assert.Equal("a", commit.Pending);

        var last = commit.Apply("ac");
        storage.Finish();
        await last;
        Assert.Equal("ac", commit.Committed);
    }

    [Fact]
    public async Task Settle_WaitsForWhatIsUnderWayAndHearsOfItsFailure()
    {
        var commit = new GroupCommit<string>(storage);
        Assert.True(commit.Settle().IsCompletedSuccessfully);
        var change = commit.Apply("a");
        var settled = commit.Settle();
        Assert.False(settled.IsCompleted);
        storage.Fail(arrived: false);
        await Assert.ThrowsAsync<IOException>(() => settled);
        await Assert.ThrowsAsync<IOException>(() => change);
    }

    /// <summary>Writes end when the test says so.</summary>
    private sealed class HandStorage : IPersistentState<string>
    {
        private TaskCompletionSource? write;
        private string durable = "";

        public List<string> Written { get; } = [];

        public string State { get; set; } = "";

        public string Etag => "";

        public bool RecordExists => durable.Length > 0;

        public Task WriteStateAsync()
        {
            write = new TaskCompletionSource();
            return write.Task;
        }

        public Task ReadStateAsync()
        {
            State = durable;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync() => throw new NotSupportedException();

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
