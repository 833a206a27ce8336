namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The reward of the environment (gym-sokoban's), which the prompt states and which a plan can be measured by.</summary>
public static class SokobanReward
{
    public const decimal Move = -0.1m;
    public const decimal BoxOnTarget = 1.0m;
    public const decimal AllBoxesPlaced = 10.0m;

    /// <summary>For one executed move, a blocked one included: less for a box that left its target, more for one that came to a target.</summary>
    public static decimal Of(SokobanLevel level, SokobanState before, SokobanState after)
    {
        if (before.Boxes == after.Boxes)
        {
            return Move;
        }

        var gained = (int)UInt128.PopCount(after.Boxes & level.Targets) - (int)UInt128.PopCount(before.Boxes & level.Targets);
        return Move + (Math.Sign(gained) * BoxOnTarget) + (gained > 0 && level.IsSolved(after) ? AllBoxesPlaced : 0);
    }
}
