namespace Thaw.Torch.Tests;

public sealed class TensorTests
{
    [Fact]
    public void Add_WithAFactorOnTheScalar_GivesTheSum()
    {
        using var scope = new TensorScope();
        var sum = Tensor.FromSpan([1f, 2f, 3f, 4f], 2, 2) + Tensor.FromSpan([10f, 20f], 2);

        Assert.Equal([11f, 22f, 13f, 24f], sum.ToFloats());
        Assert.Equal([2L, 2L], sum.Shape.ToArray());
    }

    [Fact]
    public void MatMul_ShapesThatDoNotFit_ThrowsWithLibtorchsOwnMessage()
    {
        using var scope = new TensorScope();
        var error = Assert.Throws<TorchException>(() => Tensor.Zeros([1, 2]).MatMul(Tensor.Zeros([1, 2])));

        Assert.Contains("mat1 and mat2 shapes cannot be multiplied (1x2 and 1x2)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_AnArgumentOfTheWrongKind_NamesTheArgument()
    {
        using var scope = new TensorScope();
        var error = Assert.Throws<TorchException>(() => AtenOperator.Find("softmax", "int").Call(Tensor.Zeros([2]), "no dimension".Length > 0));

        Assert.Contains("aten::softmax: argument 'dim' must be int", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_TooManyArguments_SaysHowMany()
    {
        using var scope = new TensorScope();
        var error = Assert.Throws<TorchException>(() => AtenOperator.Find("neg").Call(Tensor.Zeros([2]), 1));

        Assert.Contains("takes 1 arguments, got 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindOrNull_AnOperatorThatDoesNotExist_IsNull() => Assert.Null(AtenOperator.FindOrNull("no_such_operator"));

    [Fact]
    public void FromSpan_TooFewValues_Throws() => Assert.Throws<TorchException>(() => Tensor.FromSpan([1f, 2f, 3f], 2, 2));

    [Fact]
    public void Backward_OfASquare_GivesTwiceTheValue()
    {
        using var scope = new TensorScope();
        var x = Tensor.FromSpan([3f, -1f], 2).RequireGrad();
        x.Square().Sum().Backward();

        Assert.Equal([6f, -2f], x.GradientOrNull()!.ToFloats());
    }

    [Fact]
    public void NoGradScope_InsideAScope_LeavesNoHistoryAndRestoresTheMode()
    {
        using var scope = new TensorScope();
        var x = Tensor.FromSpan([3f], 1).RequireGrad();
        using (new NoGradScope())
        {
            Assert.Throws<TorchException>(() => x.Square().Sum().Backward());
        }

        x.Square().Sum().Backward();
        Assert.Equal([6f], x.GradientOrNull()!.ToFloats());
    }

    [Fact]
    public void Cast_ToBFloat16AndBack_KeepsEightBitsOfTheValue()
    {
        using var scope = new TensorScope();
        var rounded = Tensor.FromSpan([1.00390625f, 3.14159274f], 2).Cast(DType.BFloat16);

        Assert.Equal(DType.BFloat16, rounded.DType);
        Assert.Equal([1.0f, 3.140625f], rounded.ToFloats());
    }

    [Fact]
    public void TensorScope_WhenItEnds_FreesWhatWasNotKept()
    {
        var before = LiveTensors.Count();
        Tensor kept;
        using (var scope = new TensorScope())
        {
            kept = scope.Keep(Tensor.Zeros([2]) + Tensor.Zeros([2]));
            Assert.Equal(before + 3, Tensor.LiveCount);
        }

        Assert.Equal(before + 1, Tensor.LiveCount);
        kept.Dispose();
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void ManualSeed_TheSameTwice_GivesTheSameDraws()
    {
        using var scope = new TensorScope();
        TorchRuntime.ManualSeed(7);
        var first = Tensor.Zeros([5]).FillNormal(0, 1).ToFloats();
        TorchRuntime.ManualSeed(7);

        Assert.Equal(first, Tensor.Zeros([5]).FillNormal(0, 1).ToFloats());
    }

    [Fact]
    public void SortDescending_WithEqualValues_KeepsTheirOrder()
    {
        using var scope = new TensorScope();
        var (values, indices) = Tensor.FromSpan([1f, 5f, 1f, 5f], 4).SortDescending(0);

        Assert.Equal([5f, 5f, 1f, 1f], values.ToFloats());
        Assert.Equal([1L, 3L, 0L, 2L], indices.ToLongs());
    }
}
