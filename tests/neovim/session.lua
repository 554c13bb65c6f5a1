-- A session of Neovim with the language server: what it was told is written as JSON.
-- nvim --headless --clean -l is newer than 0.7: this is run by `-c "luafile session.lua"`.
local python, file, out = vim.env.CNNCALC_PYTHON, vim.env.CNNCALC_FILE, vim.env.CNNCALC_OUT
local told = {}

local function finish()
  local handle = assert(io.open(out, "w"))
  handle:write(vim.json.encode(told))
  handle:close()
  vim.cmd("qa!")
end

local function run()
  vim.cmd("edit " .. file)
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.start_client({
    name = "cnncalc",
    cmd = { python, "-m", "cnncalc", "lsp" },
    root_dir = vim.fn.fnamemodify(file, ":h"),
    init_options = { variant = "plain" },
  })
  vim.lsp.buf_attach_client(buffer, client)

  local function wait(condition)
    assert(vim.wait(60000, condition, 20), "timeout")
  end
  local function diagnostics()
    return vim.diagnostic.get(buffer)
  end
  local function put(line, text)
    vim.api.nvim_buf_set_lines(buffer, line - 1, line, true, { text })
  end
  local function line(number)
    return vim.api.nvim_buf_get_lines(buffer, number - 1, number, true)[1]
  end
  local function find(text)
    for number, one in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, true)) do
      local column = one:find(text, 1, true)
      if column then
        vim.api.nvim_win_set_cursor(0, { number, column - 1 })
        return number
      end
    end
    error("there is no " .. text)
  end
  local function ask(method, params)
    local answers = assert(vim.lsp.buf_request_sync(buffer, method, params, 60000))
    local answer = assert(answers[client], method)
    local refused = answer.err or answer.error -- it was renamed after 0.7
    assert(refused == nil, vim.inspect(refused))
    return answer.result
  end

  -- A fault that is typed, and its fix
  local flatten = find("flatten")
  put(flatten, "  - flaten")
  wait(function() return #diagnostics() == 1 end)
  local fault = diagnostics()[1]
  told.diagnostic = { code = fault.code or "", line = fault.lnum + 1, column = fault.col + 1, message = fault.message }
  local range = vim.lsp.util.make_given_range_params({ flatten, 4 }, { flatten, 9 })
  range.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer, flatten - 1) }
  local action = ask("textDocument/codeAction", range)[1]
  told.action = action.title
  vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
  told.mended = line(flatten)
  wait(function() return #diagnostics() == 0 end)

  -- Half a line
  put(flatten, "  - [flatten")
  wait(function() return #diagnostics() > 0 end)
  told.half = #diagnostics()
  put(flatten, "  - flatten")
  wait(function() return #diagnostics() == 0 end)

  -- Hover
  find("linear 10")
  local hover = ask("textDocument/hover", vim.lsp.util.make_position_params())
  told.hover = hover.contents.value

  -- Completion, by the function that omnifunc calls
  put(flatten, "  - flatt")
  vim.api.nvim_win_set_cursor(0, { flatten, 9 })
  local items = ask("textDocument/completion", vim.lsp.util.make_position_params())
  local words = {}
  for _, one in ipairs(vim.lsp.util.text_document_completion_list_to_complete_items(items, "flatt")) do
    table.insert(words, one.word)
  end
  told.completion = words
  put(flatten, "  - flatten")

  -- Definition
  find("conv_bn width stride, relu]")
  local place = ask("textDocument/definition", vim.lsp.util.make_position_params())[1]
  vim.lsp.util.jump_to_location(place, "utf-16")
  told.definition = vim.api.nvim_win_get_cursor(0)

  -- Rename
  find("conv_bn width stride, relu]")
  local asked = vim.lsp.util.make_position_params()
  asked.newName = "unit3"
  vim.lsp.util.apply_workspace_edit(ask("textDocument/rename", asked), "utf-16")
  wait(function() return #diagnostics() == 0 end)
  told.renamed = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), "\n")
  asked.newName = "plain"
  local refused = vim.lsp.buf_request_sync(buffer, "textDocument/rename", asked, 60000)[client]
  told.refused = (refused.err or refused.error).message

  local symbols = ask("textDocument/documentSymbol", { textDocument = vim.lsp.util.make_text_document_params() })
  told.symbols = #symbols
  vim.lsp.stop_client(client)
  wait(function() return vim.lsp.client_is_stopped(client) end)
  told.stopped = true
end

local fine, fault = pcall(run)
if not fine then told.fault = tostring(fault) end
finish()
