using Thaw.Core.Randomness;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Words;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class PromptTextTests
{
    private const string Board = "#####\n#PXO#\n#####";

    [Fact]
    public void Find_PromptsOfEverySplit_GivesBackRoomAndWords()
    {
        var task = new SokobanTask();
        Assert.All(task.Splits, split => Assert.All(task.DrawInstances(split, Fold.Test, 20, seed: 1).Cast<SokobanInstance>(), room =>
        {
            var episode = task.Begin(split, room, seed: 1);

            Assert.Equal(room, SokobanInstance.Parse(PromptText.FindBoard(episode.Prompt.Text)!));
            var words = PromptText.FindWords(episode.Prompt.Text) ?? ActionVocabulary.Training;
            Assert.StartsWith($"{words} ", $"{episode.StatedBinding} ", StringComparison.Ordinal);
            Assert.Equal(words, PromptText.ParseWords(episode.StatedBinding));
        }));
    }

    [Theory]
    [InlineData("Look:\n#####\n#PXO#\n#####\nWhat now?")]
    [InlineData("Look:\r\n # \t # \t # \t # \t # \t\r\n # \t P \t X \t O \t # \t\r\n # \t # \t # \t # \t # \t\r\nWhat now?")]
    [InlineData("An example:\n####\n#S_#\n####\nand yours:\n#####\n#PXO#\n#####")]
    [InlineData("W Wall | . Floor | o Target | V = Box on Target | b Box | y You | Y = You on Target\nWWWWW\nWyboW\nWWWWW")]
    public void FindBoard_WhateverStandsAroundIt_IsTheLastBoardInStandardSymbols(string prompt) => Assert.Equal(Board, PromptText.FindBoard(prompt));

    [Theory]
    [InlineData("Use the cards 3 3 8 8 to make 24.")]
    [InlineData("# Title\n#####\n## X ##")]
    [InlineData("")]
    public void FindBoard_NoBoard_IsNull(string prompt) => Assert.Null(PromptText.FindBoard(prompt));

    [Theory]
    [InlineData("<answer> a </answer> | <answer> b </answer>", "the prompt lists 2 answers, not four; give the words as binding.")]
    [InlineData("<answer>a</answer><answer>b</answer><answer></answer><answer>d</answer>", "an action word is empty.")]
    public void FindWords_NotFourWords_SaysSo(string prompt, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => PromptText.FindWords(prompt)).Message);

    [Fact]
    public void FindWords_WordThatIsListedTwice_IsTheFirstOfItsDirections() => Assert.Equal(
        Direction.Down,
        PromptText.FindWords("<answer> a </answer> | <answer> fish </answer> | <answer> c </answer> | <answer> fish </answer>")!.Read("fish"));

    [Fact]
    public void ParseWords_WrittenBinding_IsReadBack()
    {
        var random = SplitMix64.For(1, "words");
        for (var i = 0; i < 100; i++)
        {
            var words = VocabularySource.DrawnFrom(Lexicon.Default.Training).Draw(random);
            Assert.Equal(words, PromptText.ParseWords(words.ToString()));
            Assert.Equal(words, PromptText.ParseWords($"{words} wording=letter"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("U")]
    [InlineData("Up=")]
    [InlineData("Up=1 Down=2 Left=3")]
    [InlineData("up=1 down=2 left=3 right=4")]
    [InlineData("Down=1 Up=2 Left=3 Right=4")]
    [InlineData("Up=1 Down=2 Left=3 Right=")]
    public void ParseWords_AnythingElse_IsAFormatException(string binding) => Assert.Throws<FormatException>(() => PromptText.ParseWords(binding));
}
