namespace Thaw.Core.Tasks.Points;

/// <summary>The instruction in other words, written by hand: nine texts to train on and four that training never sees.</summary>
/// <remarks>Each of them says all that the paper's text says, and nothing more.</remarks>
public static class Paraphrases
{
    public static IReadOnlyList<InstructionText> All { get; } =
    [
        new("plain", IsHeldOut: false,
            """
            Make {target} from {count} cards. Here {rule}. Use every card exactly once.
            Allowed in the formula: the numbers of the cards and {operators}.
            {section}Cards: {cards}
            Answer with one object that has three keys: "cards" (the cards), "number" (their values), and "formula" (a formula that gives {target}, as a text).
            """),
        new("letter", IsHeldOut: false,
            """
            Dear player,

            on the table in front of you lie {count} cards, and the task is to reach {target} with them. Please keep in mind that {rule}. No card may be left over and none may be used twice. You may write {operators}.
            {section}
            Your cards are {cards}.

            Kindly reply with an object of the form {"cards": [...], "number": [...], "formula": "..."}: the cards, what each of them counts, and the formula.
            """),
        new("rules", IsHeldOut: false,
            """
            RULES
            1. You get {count} cards.
            2. {rule}.
            3. Every card is used once, not more and not less.
            4. Only {operators} and the values of the cards may be written.
            5. The result has to be {target}.
            {section}
            CARDS
            {cards}

            REPLY
            {
              "cards": the cards as a list,
              "number": their values as a list,
              "formula": "your formula"
            }
            """),
        new("question", IsHeldOut: false,
            """
            Which formula over the cards {cards} has the value {target}, if {rule} and each of the {count} cards is used once?
            {section}The formula may hold {operators}. Give the answer as an object with "cards", "number" (the value of each card) and "formula" (a text).
            """),
        new("dealer", IsHeldOut: false,
            """
            The dealer puts {count} cards down: {cards}.
            "At my table {rule}," he says. "Use each card once and show me {target}. You have {operators} to work with."
            {section}He hands you a form with three fields, "cards", "number" and "formula". Fill it in as an object; the second field takes the values of the cards and the third one the formula as a text.
            """),
        new("tutor", IsHeldOut: false,
            """
            Let us practise arithmetic. I give you {count} cards, and you combine all of them into {target}, each of them once.
            Remember: {rule}.
            You may use {operators}.
            {section}
            The cards: {cards}

            Write your result like this: {"cards": [the cards], "number": [their values], "formula": "the formula"}
            """),
        new("specification", IsHeldOut: false,
            """
            # Input
            cards: {cards}
            # Task
            find a formula with value {target}
            # Constraints
            - number of cards: {count}; each occurs exactly once
            - {rule}
            - symbols: {operators}
            {section}# Output
            an object with the keys "cards" (list), "number" (list of values), "formula" (text)
            """),
        new("short", IsHeldOut: false,
            """
            {count} cards, each used once, target {target}; {rule}; symbols {operators}.
            {section}{cards}
            Output: {"cards": [], "number": [], "formula": ""}
            """),
        new("puzzle", IsHeldOut: false,
            """
            A puzzle for you: the {count} cards {cards} hide the number {target}. To find it, turn each card into its value, where {rule}, and join all values with {operators}, each value once.
            {section}Tell me the cards, the values and the formula as the three entries "cards", "number" and "formula" of one object.
            """),
        new("contest", IsHeldOut: true,
            """
            Welcome to the contest! Today's number is {target}.
            Every team receives {count} cards and has to use all of them, each a single time. The jury reminds you that {rule}. Signs on offer: {operators}.
            {section}
            Team cards: {cards}

            Hand in one object with "cards", "number" (what the cards count) and "formula" (how they make {target}).
            """),
        new("assistant", IsHeldOut: true,
            """
            I need your help with a game of cards. My hand is {cards}. I want to get {target} out of it with {operators}, and I must use all {count} cards without repeating any. In this game {rule}.
            {section}Please send back {"cards": ..., "number": ..., "formula": ...} where "number" lists the values and "formula" is a text.
            """),
        new("exercise", IsHeldOut: true,
            """
            Exercise. Given: the cards {cards}. It holds that {rule}. Wanted: an expression with the value {target} in which each of the {count} cards appears once. Permitted: {operators}.
            {section}Form of the solution: an object with "cards", "number" and "formula"; the values go under "number", the expression goes under "formula" as a text.
            """),
        new("note", IsHeldOut: true,
            """
            hand: {cards}
            goal: {target}
            please note: {rule}
            also: all {count} cards, once each; write {operators}
            {section}send the hand as "cards", its values as "number" and the solution as "formula", all in one object
            """),
    ];

    /// <summary>The paper's text and those that may be trained on.</summary>
    public static IReadOnlyList<InstructionText> ForTraining { get; } = [InstructionText.Paper, .. All.Where(text => !text.IsHeldOut)];

    public static IReadOnlyList<InstructionText> HeldOut { get; } = [.. All.Where(text => text.IsHeldOut)];
}
