// Asks before something that cannot be undone.
import { useScreen } from '../lib/app';
import { screen } from '../lib/screen';
import { Dialog } from '../parts/dialog';

const close = (): void => screen.setState({ question: null });

export function QuestionDialog() {
  const question = useScreen((s) => s.question);
  if (!question) return null;
  return (
    <Dialog
      label={question.title}
      testid="question"
      className="narrow"
      onClose={close}
      foot={
        <>
          <button type="button" className="btn" data-first="" onClick={close}>
            Keep it
          </button>
          <button
            type="button"
            className="btn danger"
            data-testid="confirm"
            onClick={() => {
              close();
              question.run();
            }}
          >
            {question.confirm}
          </button>
        </>
      }
    >
      <div className="dialog-body">
        <p>{question.text}</p>
      </div>
    </Dialog>
  );
}
