using Xunit.Sdk;
using Xunit.v3;

namespace MtaSts.Peers;

/// <summary>
/// Starts the longest test classes first, so that none of them runs alone at the end while other processors are idle; all others run in random order,
/// as by default. A project derives one and names it in <c>[assembly: TestCollectionOrderer]</c>.
/// </summary>
/// <param name="classes">The longest classes, in their order of start. None of them shares a collection with others.</param>
public abstract class LongestFirst(params Type[] classes) : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. DefaultTestCollectionOrderer.Instance.OrderTestCollections(testCollections).OrderBy(Place)];

    private int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        var place = Array.FindIndex(classes, type => collection.TestCollectionDisplayName.StartsWith($"Test collection for {type.FullName} ", StringComparison.Ordinal));
        return place < 0 ? classes.Length : place;
    }
}
