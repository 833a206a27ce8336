namespace Thaw.Learning.Training;

/// <summary>A run ended by itself because going on would have learnt nothing true: no fault of the program, and the last checkpoint stands.</summary>
public abstract class TrainingStoppedException(string message) : Exception(message);
