using Thaw.Core.Randomness;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Tests.Tokenization;

public sealed class MergeTableTests
{
    [Fact]
    public void MergeByHeap_RandomTablesAndPieces_DoesWhatTheScanDoes()
    {
        var random = SplitMix64.For(11, "merge tables");
        for (var round = 0; round < 300; round++)
        {
            var table = new MergeTable();
            for (var (id, rank) = (4, 0); rank < 12; id++, rank++)
            {
                table.Add(random.NextInt(id), random.NextInt(id), rank, id);
            }

            var piece = Enumerable.Range(0, 1 + random.NextInt(80)).Select(_ => random.NextInt(4)).ToArray();
            var twin = piece.ToArray();
            Assert.Equal(piece[..table.Scan(piece)], twin[..table.MergeByHeap(twin)]);
        }
    }

    [Fact]
    public void Apply_EqualRanks_LeftmostFirst()
    {
        var table = new MergeTable();
        table.Add(0, 0, rank: 0, id: 1);
        int[] piece = [0, 0, 0];
        Assert.Equal([1, 0], piece[..table.Apply(piece)]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Apply_NothingToMerge_LeavesThePiece(int length)
    {
        var piece = new int[length];
        Assert.Equal(length, new MergeTable().Apply(piece));
        Assert.Equal(length, new MergeTable().MergeByHeap(piece));
    }
}
