using Xunit.Sdk;
using Xunit.v3;

namespace MtaSts.Peers;

/// <summary>
/// The test classes that take longest begin first, so that none of them runs alone at the end while the other processors idle; all others in
/// random order, as ever. A project derives one and names it in <c>[assembly: TestCollectionOrderer]</c>.
/// </summary>
/// <param name="classes">Those that take longest, in the order to begin with. None of them shares a collection with others.</param>
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
